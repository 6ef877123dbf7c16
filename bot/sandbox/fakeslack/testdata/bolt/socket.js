// The bare Socket Mode client.
'use strict';

const { LogLevel, SocketModeClient } = require('@slack/socket-mode');

const { BASE, APP_TOKEN } = process.env;
const print = (...words) => console.log(words.join(' '));

const client = new SocketModeClient({ appToken: APP_TOKEN, clientOptions: { slackApiUrl: `${BASE}/api/` }, logLevel: LogLevel.ERROR });
client.on('connected', () => print('connected'));
client.on('slack_event', async ({ ack, type, body, retry_num: attempt }) => {
  if (body.event?.text === 'ignore me' && !attempt) { print('ignored'); return; }
  await ack();
  print(type, body.event?.text ?? body.command, attempt ?? 0);
});
client.start().catch((e) => print('FAILED', e.stack));
process.on('SIGTERM', async () => { await client.disconnect(); print('bye'); process.exit(0); });
