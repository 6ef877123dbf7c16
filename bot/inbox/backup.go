package inbox

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A backup is gzip of JSON lines: a head, a line for every stored message, an
// end with the counts. Streams come in the order of backupOrder.
type (
	backupHead struct {
		Backup  string    `json:"backup"` // backupName
		Version int       `json:"version"`
		At      time.Time `json:"at"`
	}
	backupLine struct {
		Stream  string    `json:"stream,omitempty"`
		Subject string    `json:"subject,omitempty"`
		ID      string    `json:"id,omitempty"` // what duplicates are known by
		At      time.Time `json:"at,omitzero"`
		Data    []byte    `json:"data,omitempty"`
		End     *Counts   `json:"end,omitempty"`
	}
)

const (
	backupName    = "openai-explain inbox"
	backupVersion = 1
	// maxBackupLine is above the largest message, 1 MiB, in base64.
	maxBackupLine = 4 << 20
)

// Counts is how many messages of each stream a backup has.
type Counts map[string]int

// backupOrder lists what is backed up. Questions come first: one that is
// answered in between is then restored with its record and not answered again.
// Left out are tries, whose keys are sequences, which are new after a restore,
// and what is only true for seconds: leases, counters.
func backupOrder(c Config) []string {
	var names []string
	for _, s := range streams(c, c.MaxStore, 1) {
		switch s.Name {
		case "KV_" + bucketTries, "KV_" + bucketLeases, streamCount:
		default:
			names = append(names, s.Name)
		}
	}
	return names
}

// Backup writes everything that is stored to w, while questions come in and are
// answered. What is accepted after it began may be missing. The result is
// private: it holds what people wrote.
func (in *Inbox) Backup(ctx context.Context, w io.Writer) (Counts, error) {
	l, err := in.connected()
	if err != nil {
		return nil, fmt.Errorf("back up the inbox: %w", err)
	}
	z := gzip.NewWriter(w)
	out := json.NewEncoder(z)
	counts := Counts{}
	err = out.Encode(backupHead{backupName, backupVersion, time.Now().UTC()})
	for _, stream := range backupOrder(in.c) {
		if err == nil {
			counts[stream], err = in.backupStream(ctx, l, stream, out)
		}
	}
	if err == nil {
		err = out.Encode(backupLine{End: &counts})
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("back up the inbox: %w", err)
	}
	return counts, nil
}

// backupStream writes the messages of a stream; of a bucket, and of the dead
// letters, the last one of each key.
func (in *Inbox) backupStream(ctx context.Context, l *link, stream string, out *json.Encoder) (int, error) {
	n := 0
	write := func(m stored) error {
		n++
		return out.Encode(backupLine{Stream: stream, Subject: m.subject, ID: m.id, At: m.at, Data: m.data})
	}
	if stream == streamInbox {
		return n, scan(ctx, l, stream, func(m stored) (bool, error) { return true, write(m) })
	}
	last := map[string]uint64{}
	err := scan(ctx, l, stream, func(m stored) (bool, error) {
		last[m.subject] = m.seq
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	err = scan(ctx, l, stream, func(m stored) (bool, error) {
		if m.seq != last[m.subject] || len(m.data) == 0 { // empty: a key that was removed
			return true, nil
		}
		return true, write(m)
	})
	return n, err
}

// Restore puts what r holds into the store that c names, which must be empty: a
// folder that does not exist or has no store yet, or a cluster without our
// streams' messages. It checks that r is whole, and returns what is stored
// afterwards. A restore that was cut short may be repeated into a new store.
//
// Questions that had been answered are known as such. Those that waited are
// worked on as soon as somebody works. People who asked to be forgotten stay so.
func Restore(ctx context.Context, c Config, r io.Reader) (Counts, error) {
	counts, err := restore(ctx, c, r)
	if err != nil {
		return nil, fmt.Errorf("restore the inbox: %w", err)
	}
	return counts, nil
}

func restore(ctx context.Context, c Config, r io.Reader) (_ Counts, err error) {
	lines, err := readBackup(r)
	if err != nil {
		return nil, err
	}
	in, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	l, err := in.current()
	if err != nil {
		return nil, err
	}
	if err := empty(ctx, l, in.c); err != nil {
		return nil, err
	}
	counts := Counts{}
	for {
		line, err := lines()
		switch {
		case err != nil:
			return nil, err
		case line.End != nil:
			return counts.with(*line.End), counts.match(*line.End)
		}
		if err := in.restoreLine(ctx, l, line); err != nil {
			return nil, err
		}
		counts[line.Stream]++
	}
}

// readBackup checks the head and returns what reads the next line.
func readBackup(r io.Reader) (next func() (backupLine, error), err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("this is no backup: %w", err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(make([]byte, 64<<10), maxBackupLine)
	read := func(into any) error {
		if !s.Scan() {
			if err := s.Err(); err != nil {
				return fmt.Errorf("the backup is damaged: %w", err)
			}
			return errors.New("the backup is cut short: its end is missing")
		}
		d := json.NewDecoder(bytes.NewReader(s.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			return fmt.Errorf("the backup is damaged: %w", err)
		}
		return nil
	}
	var head backupHead
	if err := read(&head); err != nil || head.Backup != backupName {
		return nil, errors.Join(errors.New("this is no backup of this program"), err)
	}
	if head.Version != backupVersion {
		return nil, fmt.Errorf("the backup has format %d, this program reads %d: use the version that wrote it", head.Version, backupVersion)
	}
	return func() (line backupLine, err error) {
		if err = read(&line); err == nil && line.End != nil {
			s.Scan() // to the end of the file, where its checksum is
			if err = s.Err(); err != nil || len(s.Bytes()) > 0 {
				err = errors.Join(errors.New("the backup is damaged"), err)
			}
		}
		return line, err
	}, nil
}

// empty is an error where something is stored already.
func empty(ctx context.Context, l *link, c Config) error {
	for _, name := range backupOrder(c) {
		s, err := l.js.Stream(ctx, name)
		if err != nil {
			return fmt.Errorf("look at stream %s: %w", name, err)
		}
		if n := s.CachedInfo().State.Msgs; n > 0 {
			return fmt.Errorf("the store is not empty: stream %s has %d messages", name, n)
		}
	}
	return nil
}

// restoreLine stores one message.
func (in *Inbox) restoreLine(ctx context.Context, l *link, line backupLine) error {
	bucket, isBucket := strings.CutPrefix(line.Stream, "KV_")
	ours := isBucket && strings.HasPrefix(line.Subject, "$KV."+bucket+".") ||
		line.Stream == streamInbox && strings.HasPrefix(line.Subject, "inbox.") ||
		line.Stream == streamDead && strings.HasPrefix(line.Subject, "dead.")
	if !ours {
		return fmt.Errorf("the backup has a message for %q in stream %q, which is not ours", line.Subject, line.Stream)
	}
	opts := []jetstream.PublishOpt{jetstream.WithExpectStream(line.Stream)}
	if line.ID != "" {
		opts = append(opts, jetstream.WithMsgID(line.ID))
	}
	once, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	if _, err := l.js.Publish(once, line.Subject, line.Data, opts...); err != nil {
		return fmt.Errorf("store a message in %s: %w", line.Stream, err)
	}
	return nil
}

// match is an error where what was restored is not what was backed up.
func (c Counts) match(want Counts) error {
	for stream, n := range want {
		if c[stream] != n {
			return fmt.Errorf("%d messages of stream %s came back, there were %d", c[stream], stream, n)
		}
	}
	return nil
}

// Counts are the messages that a backup would have now.
func (in *Inbox) Counts(ctx context.Context) (Counts, error) {
	return in.Backup(ctx, io.Discard)
}

// Copy backs the store that from names up into the one that to names, which must
// be empty, without a file in between. It returns what there was, and what a
// backup of the copy has.
func Copy(ctx context.Context, from, to Config) (had, got Counts, err error) {
	in, err := Open(ctx, from)
	if err != nil {
		return nil, nil, fmt.Errorf("copy the inbox: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		var err error
		had, err = in.Backup(ctx, w)
		w.CloseWithError(err) // nil is the end
		done <- err
	}()
	_, err = Restore(ctx, to, r)
	_ = r.CloseWithError(err) // ends a backup that nobody reads any more
	if err := errors.Join(err, <-done); err != nil {
		return nil, nil, err
	}
	copied, err := Open(ctx, to)
	if err != nil {
		return nil, nil, fmt.Errorf("copy the inbox: look at the copy: %w", err)
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	got, err = copied.Counts(ctx)
	return had, got, err
}

// Verify reads a backup to its end and returns its counts. Nil means that it is whole.
func Verify(r io.Reader) (Counts, error) {
	lines, err := readBackup(r)
	if err != nil {
		return nil, fmt.Errorf("verify the backup: %w", err)
	}
	counts := Counts{}
	for {
		line, err := lines()
		if err != nil {
			return nil, fmt.Errorf("verify the backup: %w", err)
		}
		if line.End != nil {
			return counts.with(*line.End), counts.match(*line.End)
		}
		counts[line.Stream]++
	}
}

// with names streams of want that are empty as well.
func (c Counts) with(want Counts) Counts {
	for stream := range want {
		c[stream] += 0
	}
	return c
}
