'use strict';
// A bot on unmodified discord.js. Each line it prints is something the test
// waits for; BASE and TOKEN say where the offline Discord is.
const {
  ActionRowBuilder, ApplicationCommandType, ButtonBuilder, ButtonStyle, Client, ContainerBuilder, ContextMenuCommandBuilder, EmbedBuilder, Events,
  GatewayIntentBits, MessageFlags, ModalBuilder, Partials, SlashCommandBuilder, TextDisplayBuilder, TextInputBuilder, TextInputStyle,
} = require('discord.js');
const client = new Client({
  intents: [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages, GatewayIntentBits.GuildMessageReactions,
    GatewayIntentBits.MessageContent,
  ],
  partials: [Partials.Channel, Partials.Message],
  rest: { api: process.env.BASE + '/api', version: '10' },
});
const say = (...words) => console.log(words.join(' '));
process.on('unhandledRejection', (e) => say('FAILED', e && e.stack));
client.on('error', (e) => say('FAILED', e));
client.on('shardResume', () => say('resumed'));
client.on('shardDisconnect', (e) => say('disconnected', e.code));
client.on('threadCreate', async (t, newly) => {
  const starter = await t.fetchStarterMessage().catch((e) => ({ content: e.code }));
  say('thread', t.name, newly, starter.content);
});
client.on('messageReactionAdd', (r, u) => u.bot || say('reaction', r.emoji.name));
client.on('messageUpdate', (_, m) => m.author && m.author.bot || say('update', m.content));
client.on('messageDelete', (m) => say('delete', m.id));

client.once(Events.ClientReady, async (c) => {
  const registered = await c.application.commands.set([
    new SlashCommandBuilder().setName('ask').setDescription('Ask')
      .addStringOption((o) => o.setName('question').setDescription('What?').setRequired(true).setAutocomplete(true)),
    new ContextMenuCommandBuilder().setName('Explain this').setType(ApplicationCommandType.Message),
  ]);
  await c.application.fetch();
  const guild = await c.guilds.fetch(c.guilds.cache.firstKey());
  await guild.members.fetch();
  say('ready', c.user.username, guild.name, registered.size);
});

client.on('messageCreate', async (m) => {
  if (m.author.bot) return;
  say('message', m.content);
  if (m.guildId && !m.mentions.has(client.user)) return;
  await m.channel.sendTyping();
  const embed = new EmbedBuilder().setTitle('Title').setDescription('Text').addFields({ name: 'a', value: 'b' });
  const why = new ButtonBuilder().setCustomId('why').setLabel('Why?').setStyle(ButtonStyle.Primary);
  const reply = await m.reply({
    content: 'first', embeds: [embed], components: [new ActionRowBuilder().addComponents(why)], allowedMentions: { parse: [], repliedUser: false },
    nonce: m.id, enforceNonce: true,
  });
  await reply.edit({ content: 'edited', allowedMentions: { parse: [] } });
  await m.react('✅');
  if (m.content.includes('thread')) await (await reply.startThread({ name: 'A thread' })).send('in the thread');
  if (m.content.includes('parts')) {
    const box = new ContainerBuilder().setAccentColor(255).addTextDisplayComponents(new TextDisplayBuilder().setContent('# Parts'));
    await m.channel.send({ flags: MessageFlags.IsComponentsV2, components: [box] });
  }
  const history = await m.channel.messages.fetch({ limit: 5 });
  say('replied to', m.content, history.has(reply.id));
});

client.on('interactionCreate', async (i) => {
  if (i.isAutocomplete()) return i.respond([{ name: 'A', value: 'a' }]);
  if (i.isButton()) {
    const input = new TextInputBuilder().setCustomId('reason').setLabel('Reason').setStyle(TextInputStyle.Short);
    return i.showModal(new ModalBuilder().setCustomId('form').setTitle('Why?').addComponents(new ActionRowBuilder().addComponents(input)));
  }
  if (i.isModalSubmit()) return i.reply({ content: 'because ' + i.fields.getTextInputValue('reason'), flags: MessageFlags.Ephemeral });
  if (i.isMessageContextMenuCommand()) {
    const r = await i.reply({ content: 'about ' + i.targetMessage.content, withResponse: true });
    return say('resource', r.resource.message.content);
  }
  await i.deferReply({ flags: MessageFlags.Ephemeral });
  await i.editReply('answer to ' + i.options.getString('question'));
  const more = await i.followUp({ content: 'more', flags: MessageFlags.Ephemeral });
  await i.editReply({ message: more.id, content: 'more, edited' });
  say('answered', (await i.fetchReply()).content);
});

process.on('SIGTERM', async () => {
  await client.destroy();
  say('bye');
  process.exit(0);
});
client.login(process.env.TOKEN).catch((e) => say('FAILED', e));
