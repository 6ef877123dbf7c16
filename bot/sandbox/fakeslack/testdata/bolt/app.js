// A small Bolt app, as somebody would write it: it knows nothing of the server it
// runs against but its address. What it sees it prints, a line each.
'use strict';

const { App, HTTPReceiver, LogLevel } = require('@slack/bolt');

const { BASE, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, MODE } = process.env;
const print = (...words) => console.log(words.join(' '));

function newApp() {
  const common = { token: BOT_TOKEN, clientOptions: { slackApiUrl: `${BASE}/api/` }, logLevel: LogLevel.ERROR };
  if (MODE === 'http') {
    const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, port: 0 });
    return new App({ ...common, receiver });
  }
  return new App({ ...common, appToken: APP_TOKEN, socketMode: true });
}

const button = { type: 'actions', elements: [{ type: 'button', action_id: 'go', value: 'v', text: { type: 'plain_text', text: 'Go' } }] };

const form = {
  type: 'modal', callback_id: 'form', title: { type: 'plain_text', text: 'A form' }, submit: { type: 'plain_text', text: 'Send' },
  blocks: [{ type: 'input', block_id: 'b', label: { type: 'plain_text', text: 'Why?' }, element: { type: 'plain_text_input', action_id: 'a' } }],
};

function listen(app) {
  app.command('/ask', async ({ command, ack, respond }) => {
    await ack();
    await respond({ response_type: 'ephemeral', text: `you asked ${command.text}`, blocks: [button] });
    print('command', command.text);
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ thread_ts: event.ts, text: `you said ${event.text}`, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'answer' } }, button] });
    print('mention', event.text);
  });
  app.action('go', async ({ action, ack, body, client, respond }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form });
    await respond({ replace_original: false, text: `clicked ${action.value}` });
    print('click', action.value);
  });
  app.view('form', async ({ ack, view }) => {
    await ack({ response_action: 'clear' });
    print('form', view.state.values.b.a.value);
  });
  app.shortcut('explain', async ({ shortcut, ack, respond }) => {
    await ack();
    await respond({ text: `about ${shortcut.message.text}` });
    print('shortcut', shortcut.message.text);
  });
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return;
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'home' } }] } });
    print('home', event.user);
  });
  app.message(async ({ message, client, context }) => {
    if (message.channel_type !== 'im' || message.subtype) return;
    await client.assistant.threads.setStatus({ channel_id: message.channel, thread_ts: message.ts, status: 'thinking' });
    const stream = client.chatStream({
      channel: message.channel, thread_ts: message.ts, recipient_team_id: context.teamId, recipient_user_id: message.user, buffer_size: 8,
    });
    for (const word of ['**one** ', 'two, ', 'three.']) await stream.append({ markdown_text: word });
    const end = await stream.stop({ blocks: [button] });
    print('streamed', end.ok);
  });
  app.error(async (e) => print('FAILED', e.message, JSON.stringify(e.data ?? {})));
}

(async () => {
  const app = newApp();
  listen(app);
  const server = await app.start();
  const who = await app.client.auth.test();
  print('ready', who.user_id, MODE === 'http' ? server.address().port : '');
})().catch((e) => print('FAILED', e.stack));

process.on('SIGTERM', () => { print('bye'); process.exit(0); });
