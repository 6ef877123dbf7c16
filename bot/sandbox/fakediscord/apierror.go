package fakediscord

import (
	"fmt"
	"net/http"
	"strings"
)

// apiError is an answer with Discord's numbered error code.
type apiError struct {
	status  int
	code    int
	message string
	fields  map[string][]fieldError // for 50035: path such as "embeds.0.title"
}

type fieldError struct{ code, message string }

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.code, e.message) }

// The errors Discord documents, with the HTTP status it uses.
var apiErrors = map[int]apiError{
	0:      {http.StatusUnauthorized, 0, "401: Unauthorized", nil},
	10003:  {http.StatusNotFound, 10003, "Unknown Channel", nil},
	10004:  {http.StatusNotFound, 10004, "Unknown Guild", nil},
	10007:  {http.StatusNotFound, 10007, "Unknown Member", nil},
	10008:  {http.StatusNotFound, 10008, "Unknown Message", nil},
	10013:  {http.StatusNotFound, 10013, "Unknown User", nil},
	10014:  {http.StatusBadRequest, 10014, "Unknown Emoji", nil},
	10015:  {http.StatusNotFound, 10015, "Unknown Webhook", nil},
	10062:  {http.StatusNotFound, 10062, "Unknown interaction", nil},
	10063:  {http.StatusNotFound, 10063, "Unknown application command", nil},
	10087:  {http.StatusBadRequest, 10087, "Unknown Tag", nil},
	20028:  {http.StatusTooManyRequests, 20028, "The write action you are performing on the channel has hit the write rate limit.", nil},
	30046:  {http.StatusTooManyRequests, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.", nil},
	40005:  {http.StatusRequestEntityTooLarge, 40005, "Request entity too large", nil},
	40058:  {http.StatusForbidden, 40058, "Cannot message this thread until after the post author has sent an initial message.", nil},
	40060:  {http.StatusBadRequest, 40060, "Interaction has already been acknowledged.", nil},
	40067:  {http.StatusBadRequest, 40067, "A tag is required to create a forum post in this channel", nil},
	40094:  {http.StatusForbidden, 40094, "This interaction has reached the maximum number of follow up messages.", nil},
	50001:  {http.StatusForbidden, 50001, "Missing Access", nil},
	50005:  {http.StatusForbidden, 50005, "Cannot edit a message authored by another user", nil},
	50006:  {http.StatusBadRequest, 50006, "Cannot send an empty message", nil},
	50007:  {http.StatusForbidden, 50007, "Cannot send messages to this user", nil},
	50008:  {http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel", nil},
	50013:  {http.StatusForbidden, 50013, "Missing Permissions", nil},
	50024:  {http.StatusBadRequest, 50024, "Cannot execute action on this channel type", nil},
	50027:  {http.StatusUnauthorized, 50027, "Invalid Webhook Token", nil},
	50035:  {http.StatusBadRequest, 50035, "Invalid Form Body", nil},
	50083:  {http.StatusBadRequest, 50083, "Thread is archived", nil},
	50109:  {http.StatusBadRequest, 50109, "The request body contains invalid JSON.", nil},
	110000: {http.StatusAccepted, 110000, "Index not yet available. Try again later", nil},
	160002: {http.StatusBadRequest, 160002, "Cannot reply without permission to read message history", nil},
	160004: {http.StatusBadRequest, 160004, "A thread has already been created for this message", nil},
	160005: {http.StatusForbidden, 160005, "Thread is locked", nil},
	200000: {http.StatusBadRequest, 200000, "Message was blocked by automatic moderation", nil},
	240000: {http.StatusBadRequest, 240000, "Message was blocked by harmful links filter", nil},
}

func fail(code int) *apiError {
	e, ok := apiErrors[code]
	if !ok {
		e = apiError{http.StatusBadRequest, code, fmt.Sprintf("Error %d", code), nil}
	}
	return &e
}

// invalid is 50035 about one field, addressed as "embeds.0.title".
func invalid(path, code, format string, args ...any) *apiError {
	e := fail(50035)
	e.fields = map[string][]fieldError{path: {{code, fmt.Sprintf(format, args...)}}}
	return e
}

// body is the error as Discord writes it: for 50035 the paths become nested objects.
func (e *apiError) body() obj {
	o := obj{"message": e.message, "code": e.code}
	if len(e.fields) == 0 {
		return o
	}
	root := obj{}
	for path, errs := range e.fields {
		at := root
		for _, step := range strings.Split(path, ".") {
			if step == "" {
				continue
			}
			next, ok := at[step].(obj)
			if !ok {
				next = obj{}
				at[step] = next
			}
			at = next
		}
		var l []obj
		for _, f := range errs {
			l = append(l, obj{"code": f.code, "message": f.message})
		}
		at["_errors"] = l
	}
	o["errors"] = root
	return o
}

// summary is one line for the list of violations.
func (e *apiError) summary() string {
	s := e.Error()
	for path, errs := range e.fields {
		for _, f := range errs {
			s += fmt.Sprintf("; %s: %s: %s", path, f.code, f.message)
		}
	}
	return s
}
