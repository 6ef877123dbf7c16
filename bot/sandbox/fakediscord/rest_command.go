package fakediscord

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
)

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// limits of an application's commands, per scope.
var commandLimits = map[int]int{1: 100, 2: 15, 3: 15}

func (s *Server) scope(c *call) (string, *apiError) {
	if c.PathValue("application_id") != defaultBot {
		return "", fail(50001)
	}
	g := c.PathValue("guild_id")
	if g != "" && s.guilds[g] == nil {
		return "", fail(50001)
	}
	return g, nil
}

func (s *Server) listCommands(c *call) (reply, *apiError) {
	g, err := s.scope(c)
	if err != nil {
		return reply{}, err
	}
	return ok(list(s.commands[g]))
}

// putCommands replaces all commands of a scope; a command that keeps its name
// and type keeps its ID.
func (s *Server) putCommands(c *call) (reply, *apiError) {
	g, err := s.scope(c)
	if err != nil {
		return reply{}, err
	}
	counts := map[int]int{}
	next := []obj{}
	for i, v := range array(c.data) {
		cmd, err := s.commandFrom(object(v), g, fmt.Sprint(i)+".")
		if err != nil {
			return reply{}, err
		}
		kind := num(cmd["type"])
		if counts[kind]++; counts[kind] > commandLimits[kind] {
			return reply{}, invalid("", "APPLICATION_COMMAND_TOO_MANY", "Maximum number of application commands reached (%d)", commandLimits[kind])
		}
		if slices.ContainsFunc(next, func(o obj) bool { return sameCommand(o, cmd) }) {
			return reply{}, invalid("", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		next = append(next, cmd)
	}
	s.commands[g] = next
	return ok(next)
}

func sameCommand(a, b obj) bool { return a["name"] == b["name"] && num(a["type"]) == num(b["type"]) }

func (s *Server) createCommand(c *call) (reply, *apiError) {
	g, err := s.scope(c)
	if err != nil {
		return reply{}, err
	}
	cmd, err := s.commandFrom(c.body, g, "")
	if err != nil {
		return reply{}, err
	}
	for i, old := range s.commands[g] {
		if sameCommand(old, cmd) {
			s.commands[g][i] = cmd
			return ok(cmd)
		}
	}
	s.commands[g] = append(s.commands[g], cmd)
	return reply{http.StatusCreated, cmd}, nil
}

// commandFrom checks a command and completes it.
func (s *Server) commandFrom(b obj, guild, at string) (obj, *apiError) {
	kind := max(num(b["type"]), 1)
	if err := checkCommand(b, kind, at); err != nil {
		return nil, err
	}
	cmd := obj{
		"id": s.id(), "application_id": defaultBot, "version": s.id(), "type": kind, "default_member_permissions": nil,
		"dm_permission": true, "nsfw": false, "name_localizations": nil, "description_localizations": nil, "description": "",
		"integration_types": []int{0}, "contexts": nil,
	}
	for k, v := range b {
		if v != nil || cmd[k] != nil {
			cmd[k] = v
		}
	}
	cmd["type"] = kind
	dropNulls(array(cmd["options"]))
	if guild != "" {
		cmd["guild_id"] = guild
	}
	for _, old := range s.commands[guild] {
		if sameCommand(old, cmd) {
			cmd["id"] = old["id"]
		}
	}
	return cmd, nil
}

// dropNulls takes the keys out of options that were sent as null.
func dropNulls(options []any) {
	for _, v := range options {
		o := object(v)
		for k, v := range o {
			if v == nil {
				delete(o, k)
			}
		}
		dropNulls(array(o["options"]))
	}
}

func checkCommand(b obj, kind int, at string) *apiError {
	name, desc := str(b["name"]), str(b["description"])
	switch {
	case kind == 1 && (!commandName.MatchString(name) || !isLower(name)):
		return invalid(at+"name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	case units(name) < 1 || units(name) > 32:
		return invalid(at+"name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
	case kind == 1 && (units(desc) < 1 || units(desc) > 100):
		return invalid(at+"description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
	case kind != 1 && desc != "":
		return invalid(at+"description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Context menu commands cannot have description")
	case len(array(b["options"])) > 25:
		return invalid(at+"options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	return checkOptions(array(b["options"]), at)
}

func checkOptions(options []any, at string) *apiError {
	optional := false
	for i, v := range options {
		o, path := object(v), fmt.Sprintf("%soptions.%d.", at, i)
		name := str(o["name"])
		switch {
		case !commandName.MatchString(name) || !isLower(name):
			return invalid(path+"name", "APPLICATION_COMMAND_INVALID_NAME", "Option name is invalid")
		case units(str(o["description"])) < 1 || units(str(o["description"])) > 100:
			return invalid(path+"description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
		case len(array(o["choices"])) > 25:
			return invalid(path+"choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		case boolean(o["required"]) && optional:
			return invalid(path+"required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		case boolean(o["autocomplete"]) && len(array(o["choices"])) > 0:
			return invalid(path+"choices", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_WITH_CHOICES", "Choices cannot be set when autocomplete is")
		}
		optional = optional || !boolean(o["required"])
		if err := checkOptions(array(o["options"]), path); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) findCommand(c *call) (string, int, *apiError) {
	g, err := s.scope(c)
	if err != nil {
		return "", 0, err
	}
	for i, cmd := range s.commands[g] {
		if cmd["id"] == c.PathValue("command_id") {
			return g, i, nil
		}
	}
	return "", 0, fail(10063)
}

func (s *Server) getCommand(c *call) (reply, *apiError) {
	g, i, err := s.findCommand(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.commands[g][i])
}

func (s *Server) deleteCommand(c *call) (reply, *apiError) {
	g, i, err := s.findCommand(c)
	if err != nil {
		return reply{}, err
	}
	s.commands[g] = slices.Delete(s.commands[g], i, i+1)
	return none()
}
