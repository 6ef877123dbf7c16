package fakeslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is what a call of the Web API may send, in bytes.
const maxBody = 4 << 20

// args are the arguments of a call: strings from a form, any JSON value from a
// JSON body.
type args map[string]any

// readArgs reads the arguments from the query and the body, and the token where
// the body or the header has one.
func readArgs(r *http.Request) (a args, token string, jsonBody bool, err error) {
	a = args{}
	a.addForm(r.URL.Query())
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		jsonBody = true
		err = a.addJSON(http.MaxBytesReader(nil, r.Body, maxBody))
	case "multipart/form-data":
		if err = r.ParseMultipartForm(maxBody); err == nil {
			a.addForm(r.MultipartForm.Value)
		}
	case "application/x-www-form-urlencoded":
		var raw []byte
		if raw, err = io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody)); err == nil {
			var form url.Values
			form, err = url.ParseQuery(string(raw))
			a.addForm(form)
		}
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	} else if !jsonBody { // a token inside a JSON body is not looked at
		token = a.str("token")
	}
	delete(a, "token")
	return a, token, jsonBody, err
}

func (a args) addForm(form url.Values) {
	for k, v := range form {
		a[k] = v[0]
	}
}

func (a args) addJSON(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil || len(raw) == 0 {
		return err
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		return fmt.Errorf("decode the JSON body: %w", err)
	}
	if m == nil && strings.TrimSpace(string(raw)) != "null" {
		return errors.New("the JSON body is not an object")
	}
	for k, v := range m {
		a[k] = v
	}
	return nil
}

// str is an argument as text, "" where there is none.
func (a args) str(name string) string {
	switch v := a[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		raw, _ := json.Marshal(v)
		return string(raw)
	}
}

func (a args) flag(name string) bool {
	v := a.str(name)
	return v == "true" || v == "1"
}

func (a args) number(name string, def int) int {
	if n, err := strconv.Atoi(a.str(name)); err == nil {
		return n
	}
	return def
}

// value is an argument that holds JSON: decoded already in a JSON body, text in a
// form. The second result is false where there is none.
func (a args) value(name string) (any, bool, error) {
	v, ok := a[name]
	if !ok || v == nil || v == "" {
		return nil, false, nil
	}
	s, isText := v.(string)
	if !isText {
		return v, true, nil
	}
	var out any
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		return nil, true, fmt.Errorf("argument %s is not JSON: %w", name, err)
	}
	return out, out != nil, nil
}

// list is an argument that holds a list: JSON, or words with commas between.
func (a args) list(name string) []string {
	v, ok, err := a.value(name)
	if items, isList := v.([]any); ok && err == nil && isList {
		out := make([]string, 0, len(items))
		for _, it := range items {
			out = append(out, fmt.Sprint(it))
		}
		return out
	}
	if s := a.str(name); s != "" {
		return strings.Split(s, ",")
	}
	return nil
}

// decoded is a copy for people to read: JSON text becomes values.
func (a args) decoded() map[string]any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		out[k] = v
		s, ok := v.(string)
		if !ok || s == "" || (s[0] != '[' && s[0] != '{') {
			continue
		}
		var parsed any
		if json.Unmarshal([]byte(s), &parsed) == nil {
			out[k] = parsed
		}
	}
	return out
}

// unescapeForm decodes one value of a form.
func unescapeForm(s string) string {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return out
}
