package fakediscord

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	xmessage "golang.org/x/text/message"
)

// Contract is Discord's OpenAPI description of its REST API. It may be shared by
// many servers; a schema is compiled when it is first needed.
type Contract struct {
	doc      obj
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // nil for an operation without one
}

const contractURL = "https://discord.example/openapi.json"

// ReadContract reads the OpenAPI description, JSON.
func ReadContract(r io.Reader) (*Contract, error) {
	v, err := jsonschema.UnmarshalJSON(r)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI description: %w", err)
	}
	doc := object(v)
	if object(doc["paths"]) == nil {
		return nil, errors.New("read OpenAPI description: it has no paths")
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(contractURL, doc); err != nil {
		return nil, fmt.Errorf("read OpenAPI description: %w", err)
	}
	return &Contract{doc: doc, compiler: c, schemas: map[string]*jsonschema.Schema{}}, nil
}

// pointer makes a JSON pointer as a URL fragment.
func pointer(steps ...string) string {
	for i, s := range steps {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(s, "{", "%7B"), "}", "%7D")
	}
	return "#/" + strings.Join(steps, "/")
}

// schema returns the schema at steps, nil where there is none.
func (k *Contract) schema(steps ...string) (*jsonschema.Schema, error) {
	at := k.doc
	for _, s := range steps {
		if at = object(at[s]); at == nil {
			return nil, nil
		}
	}
	p := pointer(steps...)
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, done := k.schemas[p]; done {
		return s, nil
	}
	s, err := k.compiler.Compile(contractURL + p)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", p, err)
	}
	k.schemas[p] = s
	return s, nil
}

const jsonType = "application/json"

// validate checks a request body against the contract; an operation that is not
// in it, or takes no body, has nothing to check.
func (s *Server) validate(c *call) *apiError {
	if s.cfg.Contract == nil || c.data == nil {
		return nil
	}
	method, path := operation(c.route)
	schema, err := s.cfg.Contract.schema("paths", path, method, "requestBody", "content", jsonType, "schema")
	if err != nil {
		s.violate("%s: contract: %v", c.route, err)
		return nil
	}
	if schema == nil {
		return nil
	}
	if err := schema.Validate(c.data); err != nil {
		where, what := deepest(err)
		return invalid(where, "CONTRACT", "%s", what)
	}
	return nil
}

// checkAnswer checks what this server answers, for its own tests.
func (s *Server) checkAnswer(c *call, out reply) {
	if s.cfg.Contract == nil || out.body == nil {
		return
	}
	method, path := operation(c.route)
	schema, err := s.cfg.Contract.schema("paths", path, method, "responses", fmt.Sprint(out.status), "content", jsonType, "schema")
	if err != nil {
		s.violate("%s: contract: %v", c.route, err)
		return
	}
	if schema == nil {
		return
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(mustJSON(out.body)))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		where, what := deepest(err)
		s.violate("own answer to %s: %s: %s", c.route, where, what)
	}
}

// deepest picks the most specific of the reasons a schema gives. Of a choice of
// schemas those that are for another type are left out.
func deepest(err error) (where, what string) {
	e := (*jsonschema.ValidationError)(nil)
	if !errors.As(err, &e) {
		return "", err.Error()
	}
	best := leaf(e)
	return strings.Join(best.InstanceLocation, "."), best.ErrorKind.LocalizedString(xmessage.NewPrinter(language.English))
}

func leaf(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	best := e
	if len(e.Causes) == 0 {
		return e
	}
	depth := -1
	for _, c := range e.Causes {
		l := leaf(c)
		d := len(l.InstanceLocation)
		if n := len(l.InstanceLocation); n > 0 && l.InstanceLocation[n-1] == "type" {
			d = 0
		}
		if d > depth {
			best, depth = l, d
		}
	}
	return best
}
