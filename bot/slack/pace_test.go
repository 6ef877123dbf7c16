package slack

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

func TestALimitedChannelDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		p.hold(methodPost, "C1", 10*time.Second)
		var retry *bot.RetryError
		if err := p.wait(t.Context(), methodPost, "C1"); !errors.As(err, &retry) || retry.After != 10*time.Second {
			t.Errorf("C1: %v", err)
		}
		if err := p.wait(t.Context(), methodPost, "C2"); err != nil {
			t.Errorf("C2: %v", err)
		}
		if err := p.wait(t.Context(), methodStatus, ""); err != nil {
			t.Errorf("another method: %v", err)
		}
		time.Sleep(10*time.Second - time.Nanosecond)
		if err := p.wait(t.Context(), methodPost, "C1"); err == nil {
			t.Error("a call before the time named")
		}
		time.Sleep(time.Nanosecond)
		if err := p.wait(t.Context(), methodPost, "C1"); err != nil {
			t.Errorf("C1 after its time: %v", err)
		}
	})
}

func TestTwoLimitedChannelsHoldUpTheMethod(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		p.hold(methodPost, "C1", 10*time.Second)
		p.hold(methodPost, "C2", 20*time.Second)
		var retry *bot.RetryError
		if err := p.wait(t.Context(), methodPost, "C3"); !errors.As(err, &retry) || retry.After != 20*time.Second {
			t.Errorf("C3: %v", err)
		}
		p.hold(methodPost, "C2", time.Second) // never shortens
		time.Sleep(19 * time.Second)
		if err := p.wait(t.Context(), methodPost, "C3"); err == nil {
			t.Error("a shorter limit shortened a longer one")
		}
	})
}

func TestAChannelGetsAMessageASecondAndAShortBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		began := time.Now()
		for range postBurst + 2 {
			if err := p.wait(t.Context(), methodPost, "C1"); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(began); d != 2*postEvery {
			t.Errorf("took %v", d)
		}
	})
}

func TestATurnFarAwayIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		results := make(chan error, 20)
		for range 20 {
			go func() { results <- p.wait(t.Context(), methodPost, "C1") }()
		}
		passed, told := 0, 0
		for range 20 {
			var retry *bot.RetryError
			switch err := <-results; {
			case err == nil:
				passed++
			case errors.As(err, &retry) && retry.After > maxTurn && retry.After <= maxTurn+postEvery:
				told++
			default:
				t.Errorf("%v", err)
			}
		}
		if passed != postBurst+int(maxTurn/postEvery) || passed+told != 20 {
			t.Errorf("%d passed, %d were told to come back", passed, told)
		}
	})
}

func TestWaitingForATurnEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		for range postBurst {
			_ = p.wait(t.Context(), methodPost, "C1")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := p.wait(ctx, methodPost, "C1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestPacingForgetsWhatSaysNothingAnyMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now)
		for i := range 2 * maxKeys {
			key := fmt.Sprint("C", i)
			_ = p.wait(t.Context(), methodPost, key)
			p.extend(methodPost+" "+key, time.Now().Add(time.Second))
		}
		time.Sleep(time.Minute)
		_ = p.wait(t.Context(), methodPost, "C")
		if len(p.turns) > 2 || len(p.until) > 2 {
			t.Errorf("%d turns, %d limits", len(p.turns), len(p.until))
		}
	})
}
