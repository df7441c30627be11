// The page of one spreadsheet: follows it, and lets a person work on it. The server draws (and escapes) everything that stands on a sheet;
// here it is only put in its place.

const main = document.querySelector('main.sheet');
if (main !== null) followSheet(main);

function followSheet(main) {
  const id = main.dataset.spreadsheet;
  const grid = main.querySelector('[data-grid]');
  const panel = main.querySelector('[data-panel]');
  const entry = main.querySelector('[data-entry]');
  const place = main.querySelector('[data-place]');
  const live = document.querySelector('[data-live]');
  const notice = document.querySelector('[data-notice]');
  const selected = { row: 0, column: 0 };
  /** The input in the cell that is being edited; a sheet that changes meanwhile is drawn when that is done. */
  let editor = null;
  let drawDue = false;
  /** How many draws have asked the server, and up to which of them an answer comes too late. */
  let asked = 0;
  let outdated = 0;

  const table = () => grid.querySelector('table');
  const tab = () => table()?.dataset.tab ?? '';
  const cellAt = (row, column) => grid.querySelector(`td[data-row="${row}"][data-column="${column}"]`);
  const contentOf = (cell) => cell?.dataset.entered ?? cell?.textContent ?? '';
  const hasRows = () => grid.querySelector('tr.header') !== null;

  select(0, 0, false);
  listen();
  watch();

  // ---- selecting

  function select(row, column, focus = true) {
    const cell = cellAt(row, column) ?? cellAt(selected.row, selected.column) ?? grid.querySelector('td');
    if (cell === null) return;
    for (const before of grid.querySelectorAll('[aria-selected="true"]')) {
      before.removeAttribute('aria-selected');
      before.tabIndex = -1;
    }
    for (const before of grid.querySelectorAll('th.here')) before.classList.remove('here');
    selected.row = Number(cell.dataset.row);
    selected.column = Number(cell.dataset.column);
    cell.setAttribute('aria-selected', 'true');
    cell.tabIndex = 0;
    const letter = grid.querySelector(`th[data-letter="${selected.column}"]`);
    letter?.classList.add('here');
    cell.parentElement.firstElementChild.classList.add('here');
    place.textContent = `${letter?.textContent ?? ''}${selected.row + 1}`;
    if (document.activeElement !== entry) entry.value = contentOf(cell);
    if (focus) cell.focus();
  }

  function move(down, across) {
    const rows = [...grid.querySelectorAll('tbody tr')];
    const at = rows.findIndex((row) => row.querySelector(`td[data-row="${selected.row}"]`) !== null);
    const row = rows[Math.min(Math.max(at + down, 0), rows.length - 1)];
    const cells = row.querySelectorAll('td').length;
    const column = Math.min(Math.max(selected.column + across, 0), cells - 1);
    select(Number(row.querySelector('td').dataset.row), column);
  }

  // ---- editing

  function edit(text) {
    const cell = cellAt(selected.row, selected.column);
    if (cell === null || editor !== null) return;
    const input = document.createElement('input');
    input.className = 'cell-editor';
    input.value = text ?? contentOf(cell);
    input.setAttribute('aria-label', `Edit ${place.textContent}`);
    input.addEventListener('input', () => {
      entry.value = input.value;
    });
    input.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') endEdit(false);
      if (event.key === 'Enter') endEdit(true, 1, 0);
      if (event.key === 'Tab') {
        event.preventDefault();
        endEdit(true, 0, event.shiftKey ? -1 : 1);
      }
    });
    input.addEventListener('blur', () => endEdit(true));
    editor = input;
    cell.append(input);
    input.focus();
    entry.value = input.value;
  }

  function endEdit(save, down = 0, across = 0) {
    if (editor === null) return;
    const input = editor;
    const cell = cellAt(selected.row, selected.column);
    editor = null;
    const { row, column } = selected;
    const text = input.value;
    input.remove();
    const changed = save && text !== contentOf(cell);
    if (!changed) entry.value = contentOf(cell);
    if (down !== 0 || across !== 0) move(down, across);
    else if (!save) select(row, column);
    if (changed) act({ do: 'edit', tab: tab(), row, column, text });
    else if (drawDue) draw();
  }

  // ---- acting

  const tools = {
    sort_up: () => act({ do: 'sort', tab: tab(), column: selected.column, ascending: true }),
    sort_down: () => act({ do: 'sort', tab: tab(), column: selected.column, ascending: false }),
    row_above: () => act({ do: 'insert_rows', tab: tab(), at: selected.row }),
    row_below: () => act({ do: 'insert_rows', tab: tab(), at: selected.row + 1 }),
    delete_row: () => act({ do: 'delete_rows', tab: tab(), at: selected.row }),
    column_left: () => act({ do: 'insert_columns', tab: tab(), at: selected.column }),
    column_right: () => act({ do: 'insert_columns', tab: tab(), at: selected.column + 1 }),
    delete_column: () => act({ do: 'delete_columns', tab: tab(), at: selected.column }),
    move_left: () => moveColumn(-1),
    move_right: () => moveColumn(1),
    rename_tab: async () => {
      const title = await ask('New name of the tab', tab());
      if (title && title !== tab()) await act({ do: 'rename_tab', tab: tab(), title }, { tab: title });
    },
    delete_tab: () => act({ do: 'delete_tab', tab: tab() }, { tab: '' }),
  };

  async function moveColumn(by) {
    const from = selected.column;
    const to = by < 0 ? from - 1 : from + 2;
    if (to < 0 || to > Number(table().dataset.columns)) return;
    if (await act({ do: 'move_column', tab: tab(), from, to })) select(selected.row, from + by);
  }

  /** Says whether it was done; shows the grid after it. */
  async function act(action, show = {}) {
    const done = await call('POST', `/_model/spreadsheets/${id}/actions`, action);
    if (show.tab !== undefined && done) {
      history.replaceState(null, '', show.tab === '' ? location.pathname : `?tab=${encodeURIComponent(show.tab)}`);
    }
    // What was asked before shows the sheet without this, and a tab that the person has left would be there to be deleted.
    outdated = asked;
    await draw();
    return done;
  }

  async function call(method, path, body = {}) {
    try {
      const response = await fetch(path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (response.ok) return true;
      const { error } = await response.json();
      say(typeof error === 'string' ? error : 'That did not work.');
    } catch {
      say('The model does not answer. Is it still running?');
    }
    return false;
  }

  function ask(question, before) {
    const dialog = document.querySelector('[data-ask]');
    const answer = dialog.querySelector('input');
    dialog.querySelector('[data-question]').textContent = question;
    answer.value = before;
    dialog.returnValue = 'cancel';
    dialog.showModal();
    answer.select();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'ok' ? answer.value.trim() : undefined), {
        once: true,
      });
    });
  }

  let silence;
  function say(text) {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(silence);
    silence = setTimeout(() => {
      notice.hidden = true;
    }, 6_000);
  }

  // ---- following

  async function draw() {
    if (editor !== null) {
      drawDue = true;
      return;
    }
    drawDue = false;
    asked += 1;
    const turn = asked;
    const parts = await fetch(`/spreadsheets/${id}/parts${location.search}`)
      .then((response) => (response.ok ? response.json() : undefined))
      .catch(() => undefined);
    // Answers overtake each other: an older one would bring back what is past.
    if (parts === undefined || turn <= outdated) return;
    if (editor !== null) {
      drawDue = true;
      return;
    }
    outdated = turn;
    const scroll = grid.querySelector('.grid-scroll');
    const [top, left] = [scroll?.scrollTop ?? 0, scroll?.scrollLeft ?? 0];
    const hadFocus = grid.contains(document.activeElement);
    const before = new Map(
      [...grid.querySelectorAll('td')].map((cell) => [`${cell.dataset.row} ${cell.dataset.column}`, contentOf(cell)]),
    );
    const sameTab = tab();
    grid.innerHTML = parts.grid;
    main.querySelector('[data-tabs]').outerHTML = parts.tabs;
    if (sameTab === tab()) {
      for (const cell of grid.querySelectorAll('td'))
        if ((before.get(`${cell.dataset.row} ${cell.dataset.column}`) ?? '') !== contentOf(cell))
          cell.classList.add('changed');
    }
    const scrolled = grid.querySelector('.grid-scroll');
    scrolled.scrollTop = top;
    scrolled.scrollLeft = left;
    select(selected.row, selected.column, hadFocus);
    drawPanel(parts.panel);
  }

  function drawPanel(markup) {
    // A person who is choosing must not lose the list under the finger.
    if (panel.contains(document.activeElement) && document.activeElement.tagName === 'SELECT') return;
    const kept = [...panel.querySelectorAll('select')].map((list) => [list.id, list.value]);
    const focused = panel.contains(document.activeElement)
      ? document.activeElement.id || document.activeElement.textContent
      : undefined;
    panel.innerHTML = markup;
    for (const [list, value] of kept) {
      const now = panel.querySelector(`#${list}`);
      if (now !== null) now.value = value;
    }
    if (focused !== undefined)
      [...panel.querySelectorAll('button, select')].find((one) => (one.id || one.textContent) === focused)?.focus();
  }

  function watch() {
    const events = new EventSource(`/spreadsheets/${id}/events`);
    let due;
    events.addEventListener('news', () => {
      // Many changes at once are drawn once.
      clearTimeout(due);
      due = setTimeout(draw, 80);
    });
    events.addEventListener('open', async () => {
      // Of what happened before it was open there was no news.
      await draw();
      if (events.readyState !== EventSource.OPEN) return;
      live.classList.remove('lost');
      live.firstElementChild.textContent = 'Live';
    });
    events.addEventListener('error', () => {
      live.classList.add('lost');
      live.firstElementChild.textContent = 'Reconnecting…';
    });
  }

  // ---- listening

  function listen() {
    grid.addEventListener('mousedown', (event) => {
      const cell = event.target.closest('td');
      if (cell === null || event.target === editor) return;
      endEdit(true);
      select(Number(cell.dataset.row), Number(cell.dataset.column));
      event.preventDefault();
    });
    grid.addEventListener('dblclick', (event) => {
      if (event.target.closest('td') !== null) edit();
    });
    grid.addEventListener('keydown', (event) => {
      if (event.target.closest('td') === null || editor !== null) return;
      const keys = {
        ArrowUp: () => move(-1, 0),
        ArrowDown: () => move(1, 0),
        ArrowLeft: () => move(0, -1),
        ArrowRight: () => move(0, 1),
        PageUp: () => move(-15, 0),
        PageDown: () => move(15, 0),
        Home: () => move(event.ctrlKey ? -1e9 : 0, -1e9),
        End: () => move(event.ctrlKey ? 1e9 : 0, 1e9),
        Enter: () => edit(),
        F2: () => edit(),
        Delete: () => act({ do: 'edit', tab: tab(), ...selected, text: '' }),
        Backspace: () => act({ do: 'edit', tab: tab(), ...selected, text: '' }),
      };
      const todo = keys[event.key];
      if (todo !== undefined) {
        event.preventDefault();
        todo();
      } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        edit(event.key);
      }
    });
    entry.addEventListener('keydown', (event) => {
      const cell = cellAt(selected.row, selected.column);
      if (event.key === 'Escape') {
        entry.value = contentOf(cell);
        cell?.focus();
      }
      if (event.key !== 'Enter') return;
      const text = entry.value;
      const { row, column } = selected;
      cell?.focus();
      if (text !== contentOf(cell)) act({ do: 'edit', tab: tab(), row, column, text });
    });
    document.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      const { tool, heal, share, email } = button?.dataset ?? {};
      if (tool !== undefined) {
        const needsRows = tool.startsWith('sort') && !hasRows();
        if (needsRows) say('There is nothing to sort yet.');
        else tools[tool]();
      }
      if (heal !== undefined) call('DELETE', `/_model/faults/${heal}`).then(draw);
      if (share !== undefined) act({ do: share, email });
    });
    panel.addEventListener('submit', (event) => {
      event.preventDefault();
      const times = panel.querySelector('#times').value;
      call('POST', '/_model/faults', {
        fault: JSON.parse(panel.querySelector('#fault').value),
        match: { spreadsheet_id: id },
        times: times === '' ? null : Number(times),
      }).then(draw);
    });
  }
}
