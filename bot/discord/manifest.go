package discord

import (
	"errors"
	"net/url"
	"strconv"
)

// Permissions is what the bot needs in a server, and no more
// (topics/permissions): to see channels, read back what it posted, and write in
// channels and threads.
const Permissions = 1<<10 | // VIEW_CHANNEL
	1<<11 | // SEND_MESSAGES
	1<<16 | // READ_MESSAGE_HISTORY
	1<<38 // SEND_MESSAGES_IN_THREADS

// InviteURL is the link that adds the application to a server.
func InviteURL(applicationID string) (string, error) {
	if !snowflake(applicationID) {
		return "", errors.New("discord: an application ID is a number, to be found in the developer portal under General Information")
	}
	q := url.Values{
		"client_id":   {applicationID},
		"scope":       {"bot applications.commands"},
		"permissions": {strconv.FormatInt(Permissions, 10)},
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode(), nil
}
