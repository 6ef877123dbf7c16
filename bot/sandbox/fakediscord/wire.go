package fakediscord

import (
	"slices"
	"strconv"
	"time"
)

// This file writes the world as Discord's objects. Fields that Discord always
// sends are always there, as null where it sends null.

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000-07:00")
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// list makes sure that an empty list is [] and not null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func bits(p Permissions) string { return strconv.FormatUint(uint64(p), 10) }

func (w *world) userJSON(id string) obj {
	u := w.users[id]
	if u == nil {
		u = &User{ID: id, Name: "deleted_user"}
	}
	disc := "0"
	if u.Bot {
		disc = "6184"
	}
	o := obj{
		"id": u.ID, "username": u.Name, "global_name": orNull(u.Display), "discriminator": disc, "avatar": nil,
		"public_flags": 0, "flags": 0, "primary_guild": nil, "avatar_decoration_data": nil, "collectibles": nil, "banner": nil,
		"accent_color": nil,
	}
	if u.Bot {
		o["bot"] = true
	}
	return o
}

func (w *world) memberJSON(guild, user string) obj {
	roles := []string{}
	if user == defaultBot && guild == defaultGuild {
		roles = []string{DefaultBotRole}
	}
	return obj{
		"roles": roles, "nick": nil, "avatar": nil, "banner": nil, "joined_at": "2026-01-04T20:21:10.139000+00:00",
		"premium_since": nil, "pending": false, "flags": 0, "communication_disabled_until": nil, "mute": false, "deaf": false,
		"collectibles": nil,
	}
}

func (w *world) memberWithUser(guild, user string) obj {
	m := w.memberJSON(guild, user)
	m["user"] = w.userJSON(user)
	return m
}

func (w *world) roleJSON(id, name string, p Permissions, managed bool) obj {
	r := obj{
		"id": id, "name": name, "permissions": bits(p), "position": 0, "color": 0,
		"colors": obj{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil},
		"hoist":  false, "managed": managed, "mentionable": false, "icon": nil, "unicode_emoji": nil, "flags": 0,
	}
	if managed {
		r["position"], r["tags"] = 1, obj{"bot_id": defaultBot}
	}
	return r
}

func (w *world) roles(g *Guild) []obj {
	r := []obj{w.roleJSON(g.ID, "@everyone", DefaultPermissions&^MentionEveryone, false)}
	if g.ID == defaultGuild {
		r = append(r, w.roleJSON(DefaultBotRole, w.users[defaultBot].Name, DefaultPermissions, true))
	}
	return r
}

func (w *world) guildJSON(g *Guild) obj {
	return obj{
		"id": g.ID, "name": g.Name, "icon": nil, "description": nil, "home_header": nil, "splash": nil, "discovery_splash": nil,
		"features": []string{}, "banner": nil, "owner_id": DefaultMod, "application_id": nil, "region": "rotterdam",
		"afk_channel_id": nil, "afk_timeout": 300, "system_channel_id": nil, "system_channel_flags": 0,
		"widget_enabled": false, "widget_channel_id": nil, "verification_level": 0, "roles": w.roles(g),
		"default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": nil, "max_members": 250000,
		"max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": nil, "premium_tier": 0,
		"premium_subscription_count": 0, "preferred_locale": "en-US", "rules_channel_id": nil, "safety_alerts_channel_id": nil,
		"public_updates_channel_id": nil, "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": []any{},
		"stickers": []any{}, "incidents_data": nil,
	}
}

// guildCreate is a guild as GUILD_CREATE has it: with channels, threads, members.
func (w *world) guildCreate(g *Guild) obj {
	o := w.guildJSON(g)
	channels, threads, members := []obj{}, []obj{}, []obj{}
	for _, id := range w.order {
		c := w.channels[id]
		if c == nil || c.Guild != g.ID {
			continue
		}
		if c.Type.thread() {
			if !c.Archived && w.may(c)&ViewChannel != 0 {
				threads = append(threads, w.channelJSON(c))
			}
		} else {
			channels = append(channels, w.channelJSON(c))
		}
	}
	for _, id := range w.userIDs() {
		members = append(members, w.memberWithUser(g.ID, id))
	}
	for k, v := range (obj{
		"joined_at": "2026-01-04T20:39:45.451082+00:00", "large": false, "unavailable": false, "member_count": len(members),
		"voice_states": []any{}, "members": members, "channels": channels, "threads": threads, "presences": []any{},
		"stage_instances": []any{}, "guild_scheduled_events": []any{}, "soundboard_sounds": []any{},
	}) {
		o[k] = v
	}
	return o
}

func (w *world) userIDs() []string {
	ids := make([]string, 0, len(w.users))
	for id := range w.users {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (w *world) channelJSON(c *channel) obj {
	o := obj{"id": c.ID, "type": int(c.Type), "flags": 0, "last_message_id": nil}
	for _, m := range slices.Backward(c.messages) {
		if m.viewer == "" {
			o["last_message_id"] = m.id // Discord keeps the ID of a deleted one too
			break
		}
	}
	switch {
	case c.Type == DM:
		o["recipients"] = []obj{w.userJSON(c.Recipient)}
		return o
	case c.Type.thread():
		w.threadFields(o, c)
	default:
		o["position"] = slices.Index(w.order, c.ID)
		o["permission_overwrites"] = w.overwrites(c)
		o["nsfw"], o["topic"], o["rate_limit_per_user"] = false, nil, 0
	}
	if c.Type == Forum {
		o["available_tags"] = w.tagsJSON(c)
		o["default_reaction_emoji"], o["default_sort_order"], o["default_forum_layout"] = nil, nil, 0
	}
	o["guild_id"], o["name"], o["parent_id"] = c.Guild, c.Name, orNull(c.Parent)
	return o
}

// overwrites writes Channel.Bot as the permission overwrite for the bot, which
// is how a library that computes permissions finds out.
func (w *world) overwrites(c *channel) []obj {
	if c.Bot == nil {
		return []obj{}
	}
	return []obj{{"id": defaultBot, "type": 1, "allow": bits(*c.Bot), "deny": bits(allPermissions &^ *c.Bot)}}
}

func (w *world) tagsJSON(c *channel) []obj {
	tags := []obj{}
	for _, t := range c.Tags {
		tags = append(tags, obj{"id": t.ID, "name": t.Name, "moderated": t.Moderated, "emoji_id": nil, "emoji_name": nil})
	}
	return tags
}

func (w *world) threadFields(o obj, c *channel) {
	n := 0
	for _, m := range c.messages {
		if !m.deleted && m.viewer == "" && m.id != c.ID {
			n++
		}
	}
	o["owner_id"], o["message_count"], o["total_message_sent"], o["member_count"] = c.Owner, n, c.total, 1
	o["rate_limit_per_user"], o["applied_tags"] = 0, list(c.Applied)
	archived := c.archived
	if archived.IsZero() {
		archived = c.created
	}
	o["thread_metadata"] = obj{
		"archived": c.Archived, "archive_timestamp": stamp(archived), "auto_archive_duration": 1440,
		"locked": c.Locked, "create_timestamp": stamp(c.created),
	}
	if c.Joined {
		o["member"], o["member_count"] = w.threadMember(c), 2
	}
}

func (w *world) threadMember(c *channel) obj {
	return obj{"id": c.ID, "user_id": defaultBot, "flags": 0, "join_timestamp": stamp(c.created)}
}

// messageJSON is m as REST returns it. blank leaves out what the
// message-content intent guards.
func (w *world) messageJSON(m *message, blank bool) obj {
	o := obj{
		"id": m.id, "channel_id": m.channel, "type": m.kind, "author": w.userJSON(m.author), "content": m.content,
		"embeds": list(m.embeds), "components": list(m.components), "attachments": list(m.attachments),
		"timestamp": stamp(m.created), "edited_timestamp": stamp(m.edited), "flags": m.flags, "pinned": m.pinned, "tts": m.tts,
		"mention_everyone": m.pings.everyone, "mentions": w.mentionsJSON(m), "mention_roles": list(m.pings.roles),
	}
	if m.flags&flagSuppressEmbeds != 0 {
		o["embeds"] = []any{}
	}
	if m.nonce != nil {
		o["nonce"] = m.nonce
	}
	if c := w.channels[m.channel]; c != nil && c.Type.thread() {
		o["position"] = slices.Index(c.messages, m)
	}
	w.messageLinks(o, m)
	if len(m.reactions) > 0 {
		o["reactions"] = reactionsJSON(m)
	}
	if blank {
		o["content"], o["embeds"], o["components"], o["attachments"] = "", []any{}, []any{}, []any{}
	}
	return o
}

// messageLinks adds what m refers to: another message, an interaction, a thread.
func (w *world) messageLinks(o obj, m *message) {
	if r := m.reference; r != nil {
		ref := obj{"type": 0, "channel_id": r.channel, "message_id": r.message}
		if r.guild != "" {
			ref["guild_id"] = r.guild
		}
		o["message_reference"], o["referenced_message"] = ref, nil
		if to := w.message(r.channel, r.message); to != nil {
			inner := *to
			inner.reference = nil
			o["referenced_message"] = w.messageJSON(&inner, !w.readable(to))
		}
	}
	if in := w.inter[m.interaction]; in != nil {
		o["application_id"], o["webhook_id"] = defaultBot, defaultBot
		if in.kind == interactionCommand {
			o["interaction"] = obj{"id": in.id, "type": in.kind, "name": in.name, "user": w.userJSON(in.user)}
		}
		o["interaction_metadata"] = w.interactionMetadata(in, m)
	}
	if t := w.channels[m.thread]; t != nil {
		o["thread"] = w.channelJSON(t)
	}
}

func (w *world) interactionMetadata(in *interaction, m *message) obj {
	o := obj{"id": in.id, "type": in.kind, "user": w.userJSON(in.user), "authorizing_integration_owners": in.owners()}
	if in.kind == interactionComponent {
		o["interacted_message_id"] = in.target
	} else if in.kind == interactionModal {
		o["triggering_interaction_metadata"] = obj{"id": in.id, "type": interactionCommand, "user": w.userJSON(in.user), "authorizing_integration_owners": in.owners()}
	} else if in.target != "" {
		o["target_message_id"] = in.target
	}
	if in.original != "" && in.original != m.id {
		o["original_response_message_id"] = in.original
	}
	return o
}

func (w *world) mentionsJSON(m *message) []obj {
	out := []obj{}
	for _, id := range m.pings.users {
		out = append(out, w.userJSON(id))
	}
	return out
}

func reactionsJSON(m *message) []obj {
	out := []obj{}
	for _, r := range m.reactions {
		out = append(out, obj{
			"emoji": emojiJSON(r.emoji), "count": len(r.users), "count_details": obj{"burst": 0, "normal": len(r.users)},
			"burst_colors": []any{}, "me_burst": false, "me": slices.Contains(r.users, defaultBot),
		})
	}
	return out
}

// readable reports whether the application may read the content of m without
// the message-content intent.
func (w *world) readable(m *message) bool {
	c := w.channels[m.channel]
	if w.content || m.author == defaultBot || m.viewer != "" || c == nil || c.Type == DM {
		return true
	}
	if slices.Contains(m.pings.inText, defaultBot) {
		return true
	}
	if !slices.Contains(m.pings.users, defaultBot) || m.reference == nil {
		return false
	}
	// A reply that pings counts, but not one to an answer to a command.
	to := w.message(m.reference.channel, m.reference.message)
	return to != nil && to.interaction == ""
}
