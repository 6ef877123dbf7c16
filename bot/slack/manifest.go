package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// ManifestOptions says what the app is to be able to do.
type ManifestOptions struct {
	Name    string // of the app and its bot user, at most 35 characters; default "openai-explain"
	Command string // default "/openai-explain"
	HTTPURL string // https URL of the bot for HTTP mode; empty for Socket Mode

	NoDirect bool // no direct messages: two scopes fewer
	NoFind   bool // no search for an earlier reply in channels after a crash, and nothing that is not said to the bot: two scopes fewer
	NoAdmins bool // the workspace's admins are not known: one scope fewer
}

// manifest is Slack's app manifest, as far as it is needed. The fields are in the
// order in which Slack's own export has them.
type manifest struct {
	Display  display  `json:"display_information"`
	Features features `json:"features"`
	OAuth    oauth    `json:"oauth_config"`
	Settings settings `json:"settings"`
}

type display struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

type features struct {
	Home     *appHome  `json:"app_home,omitempty"`
	BotUser  botUser   `json:"bot_user"`
	Commands []command `json:"slash_commands"`
}

type appHome struct {
	HomeTab     bool `json:"home_tab_enabled"`
	MessagesTab bool `json:"messages_tab_enabled"`
	ReadOnly    bool `json:"messages_tab_read_only_enabled"`
}

type botUser struct {
	DisplayName  string `json:"display_name"`
	AlwaysOnline bool   `json:"always_online"`
}

type command struct {
	Command     string `json:"command"`
	URL         string `json:"url,omitempty"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
	Escape      bool   `json:"should_escape"`
}

type oauth struct {
	Scopes struct {
		Bot []string `json:"bot"`
	} `json:"scopes"`
}

type settings struct {
	Events struct {
		URL string   `json:"request_url,omitempty"`
		Bot []string `json:"bot_events"`
	} `json:"event_subscriptions"`
	Interactivity struct {
		Enabled bool   `json:"is_enabled"`
		URL     string `json:"request_url,omitempty"`
	} `json:"interactivity"`
	OrgDeploy     bool `json:"org_deploy_enabled"`
	SocketMode    bool `json:"socket_mode_enabled"`
	TokenRotation bool `json:"token_rotation_enabled"`
}

// The paths of HTTP mode, below ManifestOptions.HTTPURL.
const (
	PathEvents        = "/slack/events"
	PathCommands      = "/slack/commands"
	PathInteractivity = "/slack/interactivity"
)

// Scopes are the bot scopes that the features of o need: at most eight. Showing a
// status while working needs chat:write only.
func Scopes(o ManifestOptions) []string {
	scopes := []string{"app_mentions:read", "chat:write", "commands"}
	if !o.NoFind {
		scopes = append(scopes, "channels:history", "groups:history")
	}
	if !o.NoAdmins {
		scopes = append(scopes, "users:read")
	}
	if !o.NoDirect {
		scopes = append(scopes, "im:history", "mpim:history")
	}
	return scopes
}

// Manifest is the smallest app manifest for o, as indented JSON. Slack takes it
// under "Create New App → From a manifest", and by [CreateURL].
func Manifest(o ManifestOptions) (string, error) {
	m, err := o.manifest()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return "", fmt.Errorf("encode the slack manifest: %w", err)
	}
	return b.String(), nil
}

// CreateURL is a link that opens Slack's "create an app" with the manifest of o.
func CreateURL(o ManifestOptions) (string, error) {
	m, err := o.manifest()
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode the slack manifest: %w", err)
	}
	return "https://api.slack.com/apps?new_app=1&manifest_json=" + url.QueryEscape(string(raw)), nil
}

func (o ManifestOptions) manifest() (manifest, error) {
	var m manifest
	o.Name, o.Command = first(o.Name, "openai-explain"), first(o.Command, "/openai-explain")
	if n := len([]rune(o.Name)); n > 35 {
		return m, fmt.Errorf("slack manifest: a name of %d characters: Slack allows 35", n)
	}
	if len(o.Command) < 2 || len(o.Command) > 32 || o.Command[0] != '/' {
		return m, fmt.Errorf("slack manifest: the command %q: it begins with / and has at most 32 characters", o.Command)
	}
	if o.HTTPURL != "" {
		if u, err := url.Parse(o.HTTPURL); err != nil || u.Scheme != "https" || u.Host == "" {
			return m, fmt.Errorf("slack manifest: the URL for HTTP mode is not an https URL")
		}
	}
	m.Display = display{Name: o.Name, Description: "Answers questions from reviewed sources, with citations"}
	m.Features.BotUser = botUser{DisplayName: o.Name, AlwaysOnline: true}
	m.Features.Commands = []command{{
		Command: o.Command, URL: o.at(PathCommands),
		Description: "Ask a question; alone: what can be asked", UsageHint: "[question]", Escape: true,
	}}
	m.OAuth.Scopes.Bot = Scopes(o)
	m.Settings.Events.Bot = []string{"app_mention"}
	if !o.NoFind {
		m.Settings.Events.Bot = append(m.Settings.Events.Bot, "message.channels", "message.groups")
	}
	if !o.NoDirect {
		m.Features.Home = &appHome{MessagesTab: true}
		m.Settings.Events.Bot = append(m.Settings.Events.Bot, "message.im", "message.mpim")
	}
	m.Settings.Events.URL = o.at(PathEvents)
	m.Settings.Interactivity.Enabled = true
	m.Settings.Interactivity.URL = o.at(PathInteractivity)
	m.Settings.SocketMode = o.HTTPURL == ""
	return m, nil
}

func (o ManifestOptions) at(path string) string {
	if o.HTTPURL == "" {
		return ""
	}
	return strings.TrimRight(o.HTTPURL, "/") + path
}
