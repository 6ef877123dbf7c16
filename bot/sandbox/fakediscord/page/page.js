'use strict';
// The page shows the offline Discord as a person sees it. Everything is put into
// the document as text, never as HTML: what bots and people write is not trusted.
const $ = (id) => document.getElementById(id);
let state, channel, version = 0;

const el = (name, props = {}, ...children) => {
  const e = Object.assign(document.createElement(name), props);
  e.append(...children);
  return e;
};
const get = async (path) => (await fetch('/sandbox/' + path)).json();
const post = async (path, body) => {
  const r = await fetch('/sandbox/' + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const out = await r.json();
  $('error').textContent = out.error || '';
  return r.ok ? out : null;
};
const nameOf = (id) => {
  const u = state.users.find((u) => u.id === id);
  return u ? u.display || u.name : id;
};

// Discord's Markdown, the common part.
const blocks = /^(?:```(?:\w*\n)?([\s\S]*?)```\n?|(?:(#{1,3}) (.+)|-# (.+)|> (.+)|[-*] (.+))(?:\n|$))/;
const spans = /(`[^`\n]+`|\*\*[\s\S]+?\*\*|__[\s\S]+?__|~~[\s\S]+?~~|\|\|[\s\S]+?\|\||\*[^*\n]+\*|_[^_\n]+_|\[[^\]\n]+\]\(<?https?:\/\/[^)\s]+?>?\)|<?https?:\/\/[^\s>)]+>?|<@!?\d+>|<@&\d+>|<#\d+>|<\/[^:>]+:\d+>|<t:-?\d+(?::\w)?>|@everyone|@here)/;

function inline(text) {
  const out = el('span');
  const parts = text.split(spans);
  parts.forEach((p, i) => out.append(i % 2 ? span(p) : p.replace(/\\([*_~`|\\[\]()<>#-])/g, '$1')));
  return out;
}
function span(p) {
  const cut = (n) => inline(p.slice(n, -n));
  let m;
  if (p[0] === '`') return el('code', { textContent: p.slice(1, -1) });
  if (p.startsWith('**')) return el('strong', {}, cut(2));
  if (p.startsWith('__')) return el('u', {}, cut(2));
  if (p.startsWith('~~')) return el('s', {}, cut(2));
  if (p.startsWith('||')) return el('span', { className: 'spoiler' }, cut(2));
  if (p[0] === '*' || p[0] === '_') return el('em', {}, cut(1));
  if ((m = p.match(/^\[([^\]]+)\]\(<?(https?:[^)>]+)>?\)$/))) return el('a', { href: m[2], rel: 'noreferrer', target: '_blank' }, inline(m[1]));
  if ((m = p.match(/^<?(https?:[^>]+)>?$/))) return el('a', { href: m[1], rel: 'noreferrer', target: '_blank', textContent: m[1] });
  if ((m = p.match(/^<@!?(\d+)>$/))) return el('span', { className: 'mention', textContent: '@' + nameOf(m[1]) });
  if ((m = p.match(/^<#(\d+)>$/))) {
    const c = state.channels.find((c) => c.id === m[1]);
    return el('span', { className: 'mention', textContent: '#' + (c ? c.name : m[1]) });
  }
  if ((m = p.match(/^<(\/[^:>]+):\d+>$/))) return el('span', { className: 'mention', textContent: m[1] });
  if ((m = p.match(/^<t:(-?\d+)/))) return el('time', { textContent: new Date(m[1] * 1000).toLocaleString() });
  return el('span', { className: 'mention', textContent: p });
}
function markdown(text) {
  const out = el('div');
  let rest = text || '', m;
  while (rest) {
    if ((m = rest.match(blocks))) {
      rest = rest.slice(m[0].length);
      if (m[1] !== undefined) out.append(el('pre', { textContent: m[1] }));
      else if (m[2]) out.append(el('h' + (m[2].length + 2), {}, inline(m[3])));
      else if (m[4]) out.append(el('div', { className: 'small' }, inline(m[4])));
      else if (m[5]) out.append(el('blockquote', {}, inline(m[5])));
      else out.append(el('div', {}, '• ', inline(m[6])));
      continue;
    }
    const end = rest.search(/\n(?=```|#{1,3} |-# |> |[-*] )|(?<=.)(?=```)/);
    const line = end < 0 ? rest : rest.slice(0, end + (rest[end] === '\n' ? 1 : 0));
    out.append(inline(line.replace(/\n$/, '')), el('br'));
    rest = rest.slice(line.length);
  }
  return out;
}

function component(c, m) {
  const children = () => (c.components || []).map((x) => component(x, m));
  switch (c.type) {
    case 1: return el('div', { className: 'rows' }, ...children());
    case 2:
      if (c.url) return el('a', { href: c.url, rel: 'noreferrer', target: '_blank', textContent: c.label || c.url });
      return el('button', { textContent: c.label || (c.emoji && c.emoji.name) || '•', disabled: !!c.disabled, onclick: () => click(m, c.custom_id) });
    case 3: {
      const s = el('select', { onchange: () => click(m, c.custom_id, [s.value]) }, el('option', { textContent: c.placeholder || 'Choose', value: '' }));
      for (const o of c.options || []) s.append(el('option', { textContent: o.label, value: o.value }));
      return s;
    }
    case 9: return el('div', {}, ...children(), ...(c.accessory ? [component(c.accessory, m)] : []));
    case 10: return markdown(c.content);
    case 14: return el('hr');
    case 17: return el('div', { className: 'container' }, ...children());
    default: return el('div', { className: 'small', textContent: 'component of type ' + c.type });
  }
}
function embed(e) {
  const d = el('div', { className: 'embed' });
  if (e.author) d.append(el('div', { className: 'small', textContent: e.author.name }));
  if (e.title) d.append(el('strong', {}, inline(e.title)));
  if (e.url) d.append(' ', span(e.url));
  if (e.description) d.append(markdown(e.description));
  for (const f of e.fields || []) d.append(el('div', {}, el('strong', {}, inline(f.name)), markdown(f.value)));
  if (e.footer) d.append(el('div', { className: 'small', textContent: e.footer.text }));
  return d;
}
function message(m) {
  const when = new Date(m.created).toLocaleTimeString();
  const li = el('li', { className: m.ephemeral ? 'ephemeral' : '' });
  if (m.reply_to) li.append(el('div', { className: 'small', textContent: '↪ reply' }));
  li.append(el('span', { className: 'author', textContent: nameOf(m.author) }), el('span', { className: 'small', textContent: ' ' + when + (m.edits ? ' (edited)' : '') }));
  if (m.loading) li.append(el('div', { className: 'small', textContent: 'thinking…' }));
  if (m.content) li.append(markdown(m.content));
  if (!(m.flags & 4)) for (const e of m.embeds || []) li.append(embed(e));
  for (const c of m.components || []) li.append(component(c, m));
  for (const a of m.attachments || []) li.append(el('div', { className: 'small', textContent: '📎 ' + a.filename }));
  const r = Object.entries(m.reactions || {}).map(([e, users]) => e + ' ' + users.length).join('  ');
  if (r) li.append(el('div', { textContent: r }));
  if (m.ephemeral) li.append(el('div', { className: 'small', textContent: 'Only you can see this' }));
  return li;
}

async function click(m, custom_id, values) {
  const out = await post('click', { user: $('user').value, channel, message: m.id, custom_id, values });
  if (out && out.modal) form(out);
}
function form(i) {
  const f = $('modal').querySelector('form');
  f.replaceChildren(el('h2', { textContent: i.modal.title }));
  const add = (label, c) => c && c.custom_id && f.append(el('label', {}, (label || c.label || c.custom_id) + ' ', el('input', { name: c.custom_id, value: c.value || '' })), el('br'));
  for (const row of i.modal.components || []) {
    add(row.label, row.component);
    for (const c of row.components || []) add('', c);
  }
  f.append(el('button', { textContent: 'Send' }));
  f.onsubmit = () => post('modal', { interaction: i.id, values: Object.fromEntries(new FormData(f)) });
  $('modal').showModal();
}

// "/name option:value option2:value"; what stands before the first option's
// name belongs to the first option.
function parse(text) {
  const [, name, rest] = text.match(/^\/(\S+)\s*([\s\S]*)$/);
  const cmd = state.commands.find((c) => c.name === name && c.type === 1);
  const declared = (cmd && cmd.options) || [];
  const options = {};
  if (!declared.length || !rest) return { name, options };
  const at = declared.map((o) => ({ o, i: (' ' + rest).indexOf(' ' + o.name + ':') })).filter((x) => x.i >= 0).sort((a, b) => a.i - b.i);
  if (!at.length || at[0].i > 0) options[declared[0].name] = rest.slice(0, at.length ? at[0].i : undefined).trim();
  at.forEach((x, k) => {
    const v = rest.slice(x.i + x.o.name.length + 1, at[k + 1] ? at[k + 1].i : undefined).trim();
    options[x.o.name] = x.o.type === 5 ? v === 'true' : x.o.type === 4 || x.o.type === 10 ? Number(v) : v;
  });
  return { name, options, focused: declared.filter((o) => o.autocomplete && o.name in options).map((o) => o.name)[0] };
}
async function say(e) {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  $('text').value = '';
  $('choices').replaceChildren();
  const user = $('user').value, here = state.channels.find((c) => c.id === channel);
  if (text[0] === '/') {
    const out = await post('command', { user, channel, ...parse(text) });
    if (out && out.modal) form(out);
  } else if (here.type === 15) {
    const out = await post('post', { author: user, forum: channel, title: text.slice(0, 100), content: text });
    if (out) channel = out.id;
  } else {
    await post('say', { author: user, channel, content: text.replace(/@(openai-explain|bot)\b/g, '<@' + state.application_id + '>') });
  }
  draw();
}
let asking;
async function complete() {
  const text = $('text').value;
  if (text[0] !== '/') return;
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const p = parse(text);
    if (!p.focused) return;
    const out = await post('autocomplete', { user: $('user').value, channel, ...p });
    $('choices').replaceChildren(...((out && out.choices) || []).map((c) => el('button', {
      type: 'button', textContent: c.name, onclick: () => { $('text').value = '/' + p.name + ' ' + p.focused + ':' + c.value; $('text').focus(); },
    })));
  }, 300);
}

async function draw() {
  state = await get('state');
  version = state.version;
  const user = $('user').value || (state.users.find((u) => !u.bot) || {}).id;
  channel = channel || state.channels[0].id;
  const connected = (state.sessions || []).some((s) => s.connected);
  $('bot').textContent = connected ? 'The bot is online.' : 'No bot is connected.';
  $('user').replaceChildren(...state.users.filter((u) => !u.bot).map((u) => el('option', { value: u.id, textContent: u.display || u.name, selected: u.id === user })));
  $('channels').replaceChildren(...state.channels.filter((c) => c.type !== 1 || c.recipient === user).map((c) => {
    const b = el('button', { className: 'channel' + (c.parent ? ' thread' : ''), textContent: c.type === 1 ? '@ bot' : (c.type === 15 ? '☰ ' : '# ') + c.name, onclick: () => { channel = c.id; draw(); } });
    if (c.id === channel) b.setAttribute('aria-current', 'true');
    return el('li', {}, b);
  }));
  if (!$('fault').options.length) $('fault').append(...state.faults.map((f) => el('option', { textContent: f })));
  $('pending').replaceChildren(...(state.pending || []).map((f) => el('li', { textContent: f.kind + ' waits' })));
  $('violations').replaceChildren(...(state.violations || []).map((v) => el('li', { textContent: v })));
  $('count').textContent = (state.violations || []).length;
  const here = state.channels.find((c) => c.id === channel);
  $('title').textContent = here.type === 1 ? 'Direct messages' : here.name;
  const { messages, typing } = await get('messages?channel=' + channel + '&user=' + user);
  const list = $('messages'), atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.replaceChildren(...messages.map(message));
  if (atEnd) list.scrollTop = list.scrollHeight;
  $('typing').textContent = typing ? 'The bot is typing…' : '';
}
async function follow() {
  for (;;) {
    try {
      const next = await get('wait?seen=' + version);
      if (next.version !== version) await draw();
    } catch {
      $('bot').textContent = 'The sandbox has ended.';
      await new Promise((r) => setTimeout(r, 2000));
    }
  }
}
$('say').addEventListener('submit', say);
$('text').addEventListener('input', complete);
$('user').addEventListener('change', draw);
$('inject').addEventListener('click', () => post('fault', { kind: $('fault').value, code: 4000, status: 503, delay: 3 }));
draw().then(follow);
