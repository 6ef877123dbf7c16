package status

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, c Config) (base string) {
	t.Helper()
	c.Addr = "127.0.0.1:0"
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + s.Addr()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	broken := errors.New("not connected")
	url := start(t, Config{Checks: []Check{
		{Name: "inbox", Check: func(context.Context) error { return nil }},
		{Name: "slack", Check: func(context.Context) error { return broken }},
	}})
	if code, body := get(t, url+"/readyz"); code != http.StatusServiceUnavailable || body != "slack: not connected\n" {
		t.Errorf("got %d %q", code, body)
	}
	broken = nil
	if code, body := get(t, url+"/readyz"); code != http.StatusOK || body != "ready\n" {
		t.Errorf("got %d %q", code, body)
	}
}

func TestMetricsReadGaugesWhenAsked(t *testing.T) {
	n := 1.0
	url := start(t, Config{Gauges: []Gauge{{Name: "questions_waiting", Help: "Questions.", Read: func() float64 { return n }}}})
	n = 7
	code, body := get(t, url+"/metrics")
	if code != http.StatusOK || !strings.Contains(body, "openai_explain_questions_waiting 7") {
		t.Errorf("got %d %q", code, body)
	}
}

func TestAnAddressInUseIsNamed(t *testing.T) {
	url := start(t, Config{})
	_, err := Open(t.Context(), Config{Addr: strings.TrimPrefix(url, "http://")})
	if err == nil || !strings.Contains(err.Error(), "HTTP_ADDR") {
		t.Errorf("got %v", err)
	}
	if code, _ := get(t, url+"/healthz"); code != http.StatusOK {
		t.Errorf("the first server answers %d", code)
	}
}
