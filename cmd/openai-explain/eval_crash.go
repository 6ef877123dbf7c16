package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// evalCrash kills the program again and again while people ask in an offline
// Slack and an offline Discord, and counts the answers they see.
type evalCrash struct {
	Rounds int    `default:"100" help:"How often it is killed."`
	Seed   uint64 `default:"1" help:"What the steps and moments are drawn from."`
	JSON   bool   `name:"json" help:"One JSON object."`
}

// crashReport is what a run found. Other programs read it: fields are added,
// never renamed.
type crashReport struct {
	Seed     uint64         `json:"seed"`
	Rounds   int            `json:"rounds"`
	Kills    map[string]int `json:"kills"`    // by step; "any": at a moment drawn at random
	Asked    int            `json:"asked"`    // messages of people
	Accepted int            `json:"accepted"` // questions that were stored and said to be
	Lost     []string       `json:"lost"`     // accepted, or told again by Slack, and never answered
	Doubled  []string       `json:"doubled"`  // answered more than once
	Seconds  float64        `json:"seconds"`
}

// Run implements the command. Its exit status is 1 where a question was lost or doubled.
func (c *evalCrash) Run(ctx context.Context, s streams) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	var show func(done, total int)
	if show = s.measuring("crashes"); show == nil {
		show = func(int, int) {}
	}
	r, err := crash(ctx, crashConfig{rounds: c.Rounds, seed: c.Seed, program: func(args ...string) *exec.Cmd { return exec.Command(exe, args...) }, progress: show})
	if err != nil {
		return err
	}
	if err := c.print(s.out, r); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return r.verdict()
}

func (r crashReport) verdict() error {
	if len(r.Lost)+len(r.Doubled) > 0 {
		return fmt.Errorf("%d questions lost, %d doubled", len(r.Lost), len(r.Doubled))
	}
	return nil
}

func (c *evalCrash) print(w io.Writer, r crashReport) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "seed\t%d\nrounds\t%d in %.0f s\n", r.Seed, r.Rounds, r.Seconds)
	for _, step := range slices.Sorted(maps.Keys(r.Kills)) {
		fmt.Fprintf(t, "killed %s\t%d\n", step, r.Kills[step])
	}
	fmt.Fprintf(t, "asked\t%d\naccepted\t%d\nlost\t%d %s\ndoubled\t%d %s\n", r.Asked, r.Accepted,
		len(r.Lost), strings.Join(r.Lost, " "), len(r.Doubled), strings.Join(r.Doubled, " "))
	return t.Flush()
}

type crashConfig struct {
	rounds   int
	seed     uint64
	program  func(args ...string) *exec.Cmd
	progress func(done, total int)
}

// crashTime bounds how long after a restart the last question may be answered.
const crashTime = 90 * time.Second

// crashRun is one run: the platforms stay, the program dies.
type crashRun struct {
	crashConfig
	dir     string // crash files, data and knowledge
	slack   *fakeslack.Server
	discord *fakediscord.Server
	random  *rand.Rand
	report  crashReport

	out      *os.File // what the program said, for whoever has to look
	child    *exec.Cmd
	ended    chan struct{}
	slackTS  []string // what was asked in Slack, by timestamp
	messages []string // what was asked in Discord, by message ID
}

func crash(ctx context.Context, c crashConfig) (report crashReport, err error) {
	start := time.Now()
	r := &crashRun{crashConfig: c, random: rand.New(rand.NewPCG(c.seed, 0))} //nolint:gosec // a seed that repeats a run is the point
	r.report = crashReport{Seed: c.seed, Kills: map[string]int{}, Lost: []string{}, Doubled: []string{}}
	if err := r.setUp(); err != nil {
		return r.report, fmt.Errorf("set up the platforms: %w", err)
	}
	defer func() { err = errors.Join(err, r.tearDown()) }()
	if err := r.start(ctx); err != nil {
		return r.report, err
	}
	for r.report.Rounds < c.rounds && ctx.Err() == nil {
		if err := r.round(ctx); err != nil {
			return r.report, fmt.Errorf("round %d of seed %d: %w (what the program said: %s)", r.report.Rounds+1, c.seed, err, r.out.Name())
		}
		r.report.Rounds++
		c.progress(r.report.Rounds, c.rounds)
		if r.report.verdict() != nil {
			break
		}
	}
	err = r.count()
	r.report.Seconds = time.Since(start).Seconds()
	return r.report, err
}

// crashEntry is what the program knows: it starts quickly, and the first
// question is always answered.
const crashEntry = "# When is payday?\n\nPayday is the 25th of each month.\n"

const crashQuestion = "When is payday?"

func (r *crashRun) setUp() (err error) {
	if r.dir, err = os.MkdirTemp("", "openai-explain-crash-"); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(r.dir, "knowledge"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.dir, "knowledge", "payday.md"), []byte(crashEntry), 0o600); err != nil {
		return err
	}
	if r.out, err = os.CreateTemp("", "openai-explain-crash-*.log"); err != nil {
		return err
	}
	if r.slack, err = fakeslack.Start(fakeslack.Config{}); err != nil {
		return err
	}
	r.discord, err = fakediscord.Start(fakediscord.Config{MessageContent: true})
	return err
}

// tearDown ends what was started. What the program said stays where something
// was lost or doubled.
func (r *crashRun) tearDown() error {
	if r.child != nil {
		_ = r.child.Process.Kill()
		<-r.ended
	}
	r.slack.Close()
	r.discord.Close()
	err := errors.Join(r.out.Close(), os.RemoveAll(r.dir))
	if r.report.verdict() == nil {
		err = errors.Join(err, os.Remove(r.out.Name()))
	}
	return err
}

// start starts the program and waits until it is connected.
func (r *crashRun) start(ctx context.Context) error {
	r.child = r.program("serve", "--http-addr=127.0.0.1:0", "--data-dir="+filepath.Join(r.dir, "data"), "--crash-dir="+r.dir,
		"--knowledge-dir="+filepath.Join(r.dir, "knowledge"), "--no-knowledge-builtin",
		"--slack-bot-token="+r.slack.BotToken(), "--slack-app-token="+r.slack.AppToken(), "--slack-api-url="+r.slack.APIURL(),
		"--discord-token="+r.discord.Token(), "--discord-api-url="+r.discord.APIURL(), "--discord-message-content")
	r.child.Stdout, r.child.Stderr = r.out, r.out
	if err := r.child.Start(); err != nil {
		return fmt.Errorf("start the program: %w", err)
	}
	ended := make(chan struct{})
	r.ended = ended
	go func(cmd *exec.Cmd) {
		defer close(ended)
		_ = cmd.Wait() // it is killed: its status says nothing
	}(r.child)
	ctx, cancel := context.WithTimeout(ctx, crashTime)
	defer cancel()
	if err := r.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return s.Connections() > 0 }); err != nil {
		return fmt.Errorf("the program does not connect to Slack: %w", err)
	}
	if err := r.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { return s.Connected() }); err != nil {
		return fmt.Errorf("the program does not connect to Discord: %w", err)
	}
	return nil
}

// round has people ask, the program die, start again, and everyone answered.
func (r *crashRun) round(ctx context.Context) error {
	step := append([]string{"any"}, crashSteps...)[r.random.IntN(len(crashSteps)+1)]
	if step != "any" {
		if err := r.arm(fmt.Sprintf("%s %d %d", step, 1+r.random.IntN(3), r.report.Rounds)); err != nil {
			return err
		}
	}
	if err := r.ask(ctx); err != nil {
		return err
	}
	select {
	case <-r.ended:
		r.report.Kills[step]++
	case <-time.After(r.patienceFor(step)):
		_ = r.child.Process.Kill()
		<-r.ended
		r.report.Kills["any"]++
	}
	if err := os.Remove(filepath.Join(r.dir, armedFile)); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	return r.settle(ctx)
}

// patienceFor is how long the program has to come to a step. It may not: the
// second question of a burst can be the first after the restart.
func (r *crashRun) patienceFor(step string) time.Duration {
	if step == "any" {
		return time.Duration(r.random.IntN(120)) * time.Millisecond
	}
	return 2 * time.Second
}

func (r *crashRun) arm(what string) error {
	name := filepath.Join(r.dir, armedFile)
	if err := os.WriteFile(name+".new", []byte(what), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// ask puts a burst of questions, in threads and directly, on both platforms.
func (r *crashRun) ask(ctx context.Context) error {
	for range 2 + r.random.IntN(3) {
		for _, m := range []fakeslack.Message{
			{Channel: fakeslack.General, User: fakeslack.Minji, Text: "<@" + r.slack.BotUserID() + "> " + crashQuestion},
			{Channel: r.slack.DM(fakeslack.Alice), User: fakeslack.Alice, Text: crashQuestion},
		} {
			ts, err := r.slack.Say(ctx, m)
			if err != nil {
				return fmt.Errorf("ask in Slack: %w", err)
			}
			r.slackTS = append(r.slackTS, ts)
		}
		id, err := r.discord.Say(ctx, fakediscord.Message{Channel: fakediscord.DefaultDM, Content: crashQuestion})
		if err != nil {
			return fmt.Errorf("ask in Discord: %w", err)
		}
		r.messages = append(r.messages, id)
		r.report.Asked += 3
	}
	return nil
}

// settle waits until everything has an answer that has to have one: in Slack,
// which tells again what was not acknowledged, all of it, in Discord what was
// accepted.
func (r *crashRun) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, crashTime)
	defer cancel()
	for {
		missing, _, err := r.look()
		if err != nil || len(missing) == 0 {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			r.report.Lost = missing
			return nil
		}
	}
}

// look compares what was asked with what people see.
func (r *crashRun) look() (missing, doubled []string, err error) {
	inSlack := map[string]int{}
	for _, channel := range []string{fakeslack.General, r.slack.DM(fakeslack.Alice)} {
		for _, m := range r.slack.Messages(channel) {
			inSlack[answeredTS(m)]++
		}
	}
	for _, ts := range r.slackTS {
		missing, doubled = judge(missing, doubled, "slack:"+ts, inSlack[ts], true)
	}
	ids, err := acceptedIDs(r.dir)
	if err != nil {
		return nil, nil, err
	}
	r.report.Accepted = len(ids)
	inDiscord := map[string]int{}
	for _, m := range r.discord.BotMessages(fakediscord.DefaultDM) {
		inDiscord[m.ReplyTo]++
	}
	for _, id := range r.messages {
		_, accepted := slices.BinarySearch(ids, "discord:m:"+id)
		missing, doubled = judge(missing, doubled, "discord:"+id, inDiscord[id], accepted)
	}
	return missing, doubled, nil
}

// answeredTS is the timestamp of the message that a message of the bot answers: the
// end of the question's ID, which is in the metadata. "" for people's messages.
func answeredTS(m fakeslack.Message) string {
	var meta struct {
		Payload struct {
			Question string `json:"question"`
		} `json:"event_payload"`
	}
	if m.BotID == "" || json.Unmarshal(m.Metadata, &meta) != nil {
		return ""
	}
	return meta.Payload.Question[strings.LastIndex(meta.Payload.Question, ":")+1:]
}

func judge(missing, doubled []string, id string, answers int, must bool) ([]string, []string) {
	if answers == 0 && must {
		missing = append(missing, id)
	}
	if answers > 1 {
		doubled = append(doubled, id)
	}
	return missing, doubled
}

// count looks once more at everything, when nothing more can come.
func (r *crashRun) count() error {
	missing, doubled, err := r.look()
	r.report.Lost, r.report.Doubled = append(r.report.Lost[:0], missing...), append(r.report.Doubled, doubled...)
	return err
}
