import type { BookingDecision } from '../api/wire';
import { actorText } from '../format/words';
import { Icon } from '../parts/icon';
import { Time } from '../parts/time';
import { blockedText, decisionText } from './plain-words';

/** The record of every step, in its order: the customer's words, what was shown, and what was decided, and why. */
export function Transcript({
  decisions,
  locale,
}: {
  readonly decisions: readonly BookingDecision[];
  readonly locale: string;
}) {
  const blocked = decisions.filter(({ decision }) => decision === 'blocked').length;
  return (
    <section class="transcript" aria-labelledby="transcript-title">
      <h2 class="section-title" id="transcript-title">
        Transcript
      </h2>
      <p class="section-lead">
        {blocked === 0
          ? 'The agent kept to the rules at every step.'
          : `The agent was stopped ${['', 'once', 'twice'][blocked] ?? `${blocked} times`}; why stands beside each step.`}{' '}
        The customer’s words are as the agent passed them on.
      </p>
      <ol class="talk">
        {decisions.map((decision, index) => (
          <Entry
            key={decision.sequence}
            decision={decision}
            // An agent that is stopped sends the same message again; the customer said it once.
            isSaidAgain={decision.customer_words === decisions[index - 1]?.customer_words}
            locale={locale}
          />
        ))}
      </ol>
    </section>
  );
}

function Entry({
  decision,
  isSaidAgain,
  locale,
}: {
  readonly decision: BookingDecision;
  readonly isSaidAgain: boolean;
  readonly locale: string;
}) {
  const { step, customer_words: words, shown } = decision;
  const isBlocked = decision.decision === 'blocked';
  // In front of the reply what had been shown was said already, by the step that showed it.
  const isNewlyShown = shown !== null && step === 'get_summary' && !isBlocked;
  return (
    <li class={`talk-entry${isBlocked ? ' is-blocked' : ''}${words !== null && isSaidAgain ? ' goes-on' : ''}`}>
      {words === null || words === '' || isSaidAgain ? null : (
        <figure class="said">
          <figcaption>Customer</figcaption>
          <blockquote lang={locale} dir="auto">
            {words}
          </blockquote>
        </figure>
      )}
      <div class="decided">
        <span class="decided-mark">
          <Icon name={isBlocked ? 'block' : 'check'} />
        </span>
        <div>
          <p class="decided-what">
            {decisionText(decision)}
            {isBlocked ? <strong class="decided-stopped">Stopped</strong> : null}
          </p>
          {isBlocked ? <p class="decided-why">{blockedText(decision)}</p> : null}
          <details class="reference">
            <summary>
              <Time at={decision.occurred_at} as="exact" />
              <span class="sr-only">, details of step {decision.sequence}</span>
            </summary>
            <dl>
              <dt>Step</dt>
              <dd>
                {decision.sequence} <code>{step}</code>
              </dd>
              {decision.guardrail === null ? null : (
                <>
                  <dt>Rule</dt>
                  <dd>
                    <code>{decision.guardrail}</code>
                    {decision.reason === null ? null : (
                      <>
                        {' · '}
                        <code>{decision.reason}</code>
                      </>
                    )}
                  </dd>
                </>
              )}
              <dt>By</dt>
              <dd>{actorText(decision.actor)}</dd>
              <dt>Correlation id</dt>
              <dd>
                <code>{decision.correlation_id}</code>
              </dd>
            </dl>
          </details>
        </div>
      </div>
      {isNewlyShown ? (
        <figure class="shown">
          <figcaption>Shown to the customer</figcaption>
          <blockquote lang={locale} dir="auto">
            {shown}
          </blockquote>
        </figure>
      ) : null}
    </li>
  );
}
