package fakediscord

import "strings"

// routes are the endpoints, named as in Discord's OpenAPI description.
func (s *Server) routes() map[string]endpoint {
	const (
		ch   = "/channels/{channel_id}"
		msg  = ch + "/messages/{message_id}"
		app  = "/applications/{application_id}"
		hook = "/webhooks/{webhook_id}/{webhook_token}"
	)
	return map[string]endpoint{
		"GET /gateway":             s.getGateway,
		"GET /gateway/bot":         s.getGatewayBot,
		"GET /users/@me":           s.getMe,
		"GET /users/{user_id}":     s.getUser,
		"GET /users/@me/guilds":    s.getMyGuilds,
		"POST /users/@me/channels": s.createDM,

		"GET /applications/@me":        s.getApplication,
		"PATCH /applications/@me":      s.patchApplication,
		"GET /oauth2/applications/@me": s.getApplication,

		"GET /guilds/{guild_id}":                   s.getGuild,
		"GET /guilds/{guild_id}/channels":          s.getGuildChannels,
		"GET /guilds/{guild_id}/roles":             s.getGuildRoles,
		"GET /guilds/{guild_id}/members":           s.getMembers,
		"GET /guilds/{guild_id}/members/{user_id}": s.getMember,
		"GET /guilds/{guild_id}/threads/active":    s.getActiveThreads,

		"GET " + ch:                                     s.getChannel,
		"PATCH " + ch:                                   s.patchChannel,
		"POST " + ch + "/typing":                        s.postTyping,
		"POST " + ch + "/threads":                       s.createThread,
		"GET " + ch + "/threads/archived/public":        s.getArchivedThreads,
		"PUT " + ch + "/thread-members/@me":             s.joinThread,
		"DELETE " + ch + "/thread-members/@me":          s.leaveThread,
		"GET " + ch + "/messages":                       s.listMessages,
		"POST " + ch + "/messages":                      s.createMessage,
		"POST " + ch + "/messages/bulk-delete":          s.bulkDelete,
		"GET " + msg:                                    s.getMessage,
		"PATCH " + msg:                                  s.editMessage,
		"DELETE " + msg:                                 s.deleteMessage,
		"POST " + msg + "/threads":                      s.createThreadFromMessage,
		"GET " + msg + "/reactions/{emoji_name}":        s.getReactions,
		"PUT " + msg + "/reactions/{emoji_name}/@me":    s.addReaction,
		"DELETE " + msg + "/reactions/{emoji_name}/@me": s.removeReaction,

		"GET " + app + "/commands":                                   s.listCommands,
		"PUT " + app + "/commands":                                   s.putCommands,
		"POST " + app + "/commands":                                  s.createCommand,
		"GET " + app + "/commands/{command_id}":                      s.getCommand,
		"DELETE " + app + "/commands/{command_id}":                   s.deleteCommand,
		"GET " + app + "/guilds/{guild_id}/commands":                 s.listCommands,
		"PUT " + app + "/guilds/{guild_id}/commands":                 s.putCommands,
		"POST " + app + "/guilds/{guild_id}/commands":                s.createCommand,
		"GET " + app + "/guilds/{guild_id}/commands/{command_id}":    s.getCommand,
		"DELETE " + app + "/guilds/{guild_id}/commands/{command_id}": s.deleteCommand,

		"POST /interactions/{interaction_id}/{interaction_token}/callback": s.callback,
		"POST " + hook:                              s.followUp,
		"GET " + hook + "/messages/@original":       s.getOriginal,
		"PATCH " + hook + "/messages/@original":     s.editOriginal,
		"DELETE " + hook + "/messages/@original":    s.deleteOriginal,
		"GET " + hook + "/messages/{message_id}":    s.getFollowUp,
		"PATCH " + hook + "/messages/{message_id}":  s.editFollowUp,
		"DELETE " + hook + "/messages/{message_id}": s.deleteFollowUp,
	}
}

// operation is the route without the method, and the method in lower case.
func operation(route string) (method, path string) {
	method, path, _ = strings.Cut(route, " ")
	return strings.ToLower(method), path
}
