package ollama

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Server is a running Ollama.
type Server struct {
	// URL is where its OpenAI-compatible API is, ending in /v1.
	URL string
	// Version is the server's own, such as "0.6.5".
	Version string

	root string
}

// Connect finds the server behind the base URL of its OpenAI-compatible API. A
// server that is no Ollama is an error: no other one can be given a model.
func Connect(ctx context.Context, baseURL string) (*Server, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("connect to Ollama: %w", err)
	}
	s := &Server{URL: strings.TrimSuffix(baseURL, "/"), root: u.Scheme + "://" + u.Host}
	body, err := s.do(ctx, http.MethodGet, "/api/version", nil)
	if err != nil {
		return nil, fmt.Errorf("connect to Ollama: %w", err)
	}
	var v struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(body, &v); err != nil || v.Version == "" {
		return nil, fmt.Errorf("connect to Ollama: what answers at %s is none", s.root)
	}
	s.Version = v.Version
	return s, nil
}

// Create makes a model of a GGUF file. context is how many tokens the server
// shall read of a prompt; 0 leaves it to the server. A model of the same name is replaced.
func (s *Server) Create(ctx context.Context, name string, file []byte, context int) error {
	sum := sha256.Sum256(file)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	if _, err := s.do(ctx, http.MethodPost, "/api/blobs/"+digest, bytes.NewReader(file)); err != nil {
		return fmt.Errorf("send model %s: %w", name, err)
	}
	request := map[string]any{
		"model": name, "files": map[string]string{name + ".gguf": digest}, "template": template, "stream": false,
	}
	if context > 0 {
		request["parameters"] = map[string]any{"num_ctx": context}
	}
	body, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("create model %s: %w", name, err)
	}
	if _, err := s.do(ctx, http.MethodPost, "/api/create", bytes.NewReader(body)); err != nil {
		return fmt.Errorf("create model %s: %w", name, err)
	}
	return nil
}

// template is the chat template in Ollama's own language; it does not know the
// one in the file. It ends in a line break, where a scripted model begins.
const template = "{{ range .Messages }}<|{{ .Role }}|>\n{{ .Content }}\n{{ end }}<|assistant|>\n"

func (s *Server) do(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.root+path, body)
	if err != nil {
		return nil, err
	}
	req.Close = true // no connection stays behind in a test that looks for leaks
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: status %d: %.200s", method, path, res.StatusCode, got)
	}
	return got, nil
}
