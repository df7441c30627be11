import { type Conversation, conversationFiles, playConversation } from '../support/conversation';
import { openRestBookingDoor } from '../support/rest-booking-door';
import { type ApiProcess, createScene, PATIENT, type Scene } from '../support/scene';

/** As many at once as keep two cores busy: their calls wait for Temporal and Postgres most of the time. */
const AT_ONCE = 8;

let scene: Scene;
let api: ApiProcess;

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
});
afterAll(() => scene.close());

/** The transcripts that the domain's test plays as well, without those in which hours pass. */
const files = conversationFiles().map(({ name, conversations }) => ({
  name,
  conversations: conversations.filter(({ labels }) => !labels.includes('time')),
}));

describe('the transcripts, over REST', () => {
  it.each(files)(
    '$name',
    async ({ conversations }) => {
      const problems: string[] = [];
      const waiting = [...conversations];
      const playNext = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          for (const problem of await play(next)) problems.push(`${next.id}: ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, playNext));
      expect(problems).toEqual([]);
    },
    300_000,
  );
});

async function play(conversation: Conversation): Promise<readonly string[]> {
  const tenants = { tenant: await scene.addTenant(), other: scene.other };
  return playConversation(conversation, await openRestBookingDoor(api, tenants, conversation.tenant));
}
