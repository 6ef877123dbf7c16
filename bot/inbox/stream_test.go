package inbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"
)

// settings are those of every stream as the broker has them.
func settings(t *testing.T, in *Inbox) map[string]jetstream.StreamConfig {
	t.Helper()
	all := map[string]jetstream.StreamConfig{}
	for _, want := range streams(in.c, in.size, 1) {
		s, err := in.link.Load().js.Stream(t.Context(), want.Name)
		if err != nil {
			t.Fatal(err)
		}
		all[want.Name] = s.CachedInfo().Config
	}
	return all
}

func TestSettingsAreTakenOverAtTheNextStartAndNothingShrinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir, MaxStore: 1 << 30})
	was := settings(t, in)
	other := was[streamInbox]
	other.AllowDirect, other.Retention, other.Description = true, jetstream.LimitsPolicy, "an operator's"
	if _, err := in.link.Load().js.UpdateStream(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	shutdown(t, in)

	in = open(t, Config{Dir: dir, MaxStore: minStore, MaxAge: 48 * time.Hour})
	now := settings(t, in)
	inbox := now[streamInbox]
	if inbox.AllowDirect || inbox.MaxAge != 48*time.Hour || inbox.Description != "an operator's" {
		t.Errorf("direct reads %v, age %v, description %q", inbox.AllowDirect, inbox.MaxAge, inbox.Description)
	}
	for name := range was {
		if now[name].MaxBytes != was[name].MaxBytes {
			t.Errorf("stream %s: %d bytes, was %d", name, now[name].MaxBytes, was[name].MaxBytes)
		}
	}
}

func TestSettingsThatAreRightAreNotWrittenAgain(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	have := settings(t, in)
	for _, want := range streams(in.c, in.size, 1) {
		if diff := cmp.Diff(have[want.Name], merge(have[want.Name], want)); diff != "" {
			t.Errorf("stream %s would be written again:\n%s", want.Name, diff)
		}
	}
	clustered := merge(have[streamInbox], streams(in.c, in.size, 3)[0])
	if back := merge(clustered, streams(in.c, in.size, 1)[0]); back.Replicas != 3 {
		t.Errorf("%d replicas are left of 3", back.Replicas)
	}
}
