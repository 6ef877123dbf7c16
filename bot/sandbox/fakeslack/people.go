package fakeslack

import (
	"net/url"
	"strings"
	"time"
)

func (c *call) authTest() (object, error) {
	t := c.st.teams[c.team]
	return object{
		"url": "https://" + t.Domain + ".slack.com/", "team": t.Name, "team_id": t.ID, "user": c.s.cfg.BotName,
		"user_id": c.st.botOf(c.team), "bot_id": c.st.botIDOf(c.team), "is_enterprise_install": false,
	}, nil
}

// openSocket gives out a one-time ticket for a socket.
func (c *call) openSocket() (object, error) {
	ticket := c.st.id("ticket-")
	c.s.tickets[ticket] = time.Now()
	q := url.Values{"ticket": {ticket}, "app_id": {appID}}
	return object{"url": "ws" + strings.TrimPrefix(c.s.base, "http") + "/link/?" + q.Encode()}, nil
}

func (c *call) userInfo() (object, error) {
	u, ok := c.st.users[c.args.str("user")]
	if !ok {
		return nil, fail("user_not_found")
	}
	out := object{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted, "tz": u.TZ,
		"is_bot": u.Bot, "is_admin": u.Admin, "is_owner": false, "is_primary_owner": false, "is_restricted": u.Restricted || u.UltraRestricted,
		"is_ultra_restricted": u.UltraRestricted, "is_app_user": false, "updated": c.st.start.Unix(),
		"profile": object{"real_name": u.RealName, "display_name": u.Name, "team": u.Team},
	}
	if u.Team != c.team {
		out["is_stranger"] = true
	}
	if c.args.flag("include_locale") {
		out["locale"] = u.Locale
	}
	if u.Bot {
		out["profile"].(object)["bot_id"] = u.BotID
	}
	return object{"user": out}, nil
}

func (c *call) botInfo() (object, error) {
	id := c.args.str("bot")
	if id == "" {
		id = c.st.botIDOf(c.team)
	}
	for _, u := range c.st.users {
		if u.BotID != id || !u.Bot {
			continue
		}
		bot := object{"id": id, "deleted": u.Deleted, "name": u.Name, "updated": c.st.start.Unix(), "user_id": u.ID}
		if id == c.st.botIDOf(c.team) {
			bot["app_id"] = appID
		}
		return object{"bot": bot}, nil
	}
	return nil, fail("bot_not_found")
}

func (c *call) teamInfo() (object, error) {
	t := c.st.teams[c.team]
	return object{"team": object{"id": t.ID, "name": t.Name, "domain": t.Domain, "email_domain": ""}}, nil
}

// threadOf checks channel_id and thread_ts of the assistant methods.
func (c *call) threadOf(required bool) error {
	r, err := c.room("channel_id", false)
	if err != nil {
		return err
	}
	ts := c.args.str("thread_ts")
	if (ts == "" && required) || (ts != "" && r.find(ts) == nil) {
		return fail("invalid_thread_ts")
	}
	return nil
}

func (c *call) setStatus() (object, error) {
	if err := c.threadOf(true); err != nil {
		return nil, err
	}
	text := c.args.str("status")
	if len(c.args.list("loading_messages")) > 10 {
		return nil, failWith("invalid_arguments", "[ERROR] no more than 10 items allowed [json-pointer:/loading_messages]")
	}
	if text == "" {
		c.st.clearStatus(c.args.str("channel_id"), c.args.str("thread_ts"))
	}
	c.st.note("status", c.args, text)
	return nil, nil
}

func (c *call) setTitle() (object, error) {
	if err := c.threadOf(true); err != nil {
		return nil, err
	}
	if c.args.str("title") == "" {
		return nil, failWith("invalid_arguments", "[ERROR] missing required field: title")
	}
	c.st.note("title", c.args, c.args.str("title"))
	return nil, nil
}

// setPrompts takes at most four prompts. With the agent surface they belong to the
// direct conversation and not to a thread.
func (c *call) setPrompts() (object, error) {
	if err := c.threadOf(false); err != nil {
		return nil, err
	}
	v, ok, err := c.args.value("prompts")
	list, isList := v.([]any)
	if err != nil || !ok || !isList || len(list) > 4 {
		return nil, failWith("invalid_arguments", "[ERROR] must be an array of 1 to 4 prompts [json-pointer:/prompts]")
	}
	for _, it := range list {
		p, _ := it.(object)
		if p["title"] == nil || p["message"] == nil {
			return nil, failWith("invalid_arguments", "[ERROR] missing required field: title, message [json-pointer:/prompts]")
		}
	}
	c.st.note("prompts", c.args, c.args.str("title"))
	return nil, nil
}

// session takes what the agent session methods send and keeps it.
func (c *call) session() (object, error) {
	if err := c.threadOf(false); err != nil {
		return nil, err
	}
	text := c.args.str("status")
	if text == "" {
		text = c.args.str("title")
	}
	c.st.note("session", c.args, text)
	return object{"session": object{"status": c.args.str("status"), "title": c.args.str("title")}}, nil
}
