package discord

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

// logBook keeps what was logged.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logBook) check(t *testing.T, token string) {
	t.Helper()
	s := l.String()
	for _, secret := range []string{token, "aW50ZXJhY3Rpb246"} {
		if strings.Contains(s, secret) {
			t.Errorf("a secret was logged: %s", s)
		}
	}
	if strings.Contains(s, "panicked") {
		t.Errorf("a handler panicked: %s", s)
	}
}
