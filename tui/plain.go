package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"dossier/desk"
)

// The line mode shows the same screens to those who listen instead of look, and takes the same commands: by name, by key, or as
// answers, a line each. What it prints is never taken back. It says what is new after each command, and answers when that is done; a
// search tells how it goes meanwhile.
type plain struct {
	app     *app
	input   io.Reader
	in      *bufio.Scanner // of input
	out     io.Writer
	msgs    chan tea.Msg
	pending int // commands that have not answered
	said    []string
	told    int // entries of the log that were said
	ended   bool
}

// The frame that is read out: narrow enough for one pane at a time.
const (
	plainWidth  = 90
	plainHeight = 60
)

// RunPlain is Run in lines of text, for screen readers: opts.Input has a command a line, and ends with it.
func RunPlain(ctx context.Context, d Desk, opts Options) error {
	opts = opts.filled()
	if opts.Input == nil {
		opts.Input = os.Stdin
	}
	in := bufio.NewScanner(opts.Input)
	if err := unlockPlain(ctx, d, opts, in); err != nil {
		return err
	}
	o := newOffice(ctx, d)
	o.still = true
	defer o.close()
	p := &plain{app: newApp(o, opts), input: opts.Input, in: in, out: opts.Output, msgs: make(chan tea.Msg)}
	p.app.profile, p.app.ui.plain = termenv.Ascii, true
	p.app.ui.styles = newStyles(termenv.Ascii, true)
	fmt.Fprintln(p.out, "dossier in lines: ? tells the commands; type one by its name or its key.")
	p.take(tea.WindowSizeMsg{Width: plainWidth, Height: plainHeight})
	p.run(o.requests())
	for !p.ended {
		if err := p.settle(ctx); err != nil {
			return err
		}
		if p.ended {
			break
		}
		p.say()
		fmt.Fprint(p.out, p.prompt())
		text, ok, err := p.read()
		if !ok || err != nil {
			fmt.Fprintln(p.out)
			return err
		}
		p.line(strings.TrimSpace(text))
	}
	return nil
}

// read reads a line; what is asked for by a field that hides it is not shown where the input is a terminal.
func (p *plain) read() (text string, ok bool, err error) {
	if f := p.field(); f != nil && f.hidden {
		if terminal, is := p.input.(*os.File); is && term.IsTerminal(terminal.Fd()) {
			b, err := term.ReadPassword(terminal.Fd())
			fmt.Fprintln(p.out)
			return string(b), err == nil, err
		}
	}
	ok = p.in.Scan()
	return p.in.Text(), ok, p.in.Err()
}

// unlockPlain asks for the operator's passphrase where one is set, without showing it where the input is a terminal.
func unlockPlain(ctx context.Context, d Desk, opts Options, in *bufio.Scanner) error {
	set, err := d.HasPassphrase(ctx)
	for err == nil && set {
		fmt.Fprint(opts.Output, "Passphrase: ")
		var text string
		if f, ok := opts.Input.(*os.File); ok && term.IsTerminal(f.Fd()) {
			b, err := term.ReadPassword(f.Fd())
			fmt.Fprintln(opts.Output)
			if err != nil {
				return err
			}
			text = string(b)
		} else if in.Scan() {
			text = in.Text()
		} else {
			return errors.Join(desk.ErrPassphrase, in.Err())
		}
		if err = d.Unlock(ctx, text); !errors.Is(err, desk.ErrPassphrase) {
			return err
		}
		fmt.Fprintln(opts.Output, visible(err.Error()))
		err = nil
	}
	return err
}

// take gives a message to the program, and runs what it asks for.
func (p *plain) take(msg tea.Msg) {
	_, cmd := p.app.Update(msg)
	p.run(cmd)
}

// run runs a command; its message comes to settle.
func (p *plain) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	p.pending++
	go func() { p.msgs <- cmd() }()
}

// settle takes messages until every command has answered.
func (p *plain) settle(ctx context.Context) error {
	for p.pending > 0 {
		msg := <-p.msgs
		p.pending--
		switch msg := msg.(type) {
		case nil:
		case tea.BatchMsg:
			for _, cmd := range msg {
				p.run(cmd)
			}
		case tea.QuitMsg:
			p.ended = true
		default:
			p.take(msg)
			p.news()
		}
	}
	return ctx.Err()
}

// news says what the log of the request has that was not said.
func (p *plain) news() {
	w, ok := p.app.top().(*work)
	if !ok {
		return
	}
	for _, e := range w.log.entries[min(p.told, len(w.log.entries)):] {
		fmt.Fprintln(p.out, visible(e.text))
	}
	p.told = len(w.log.entries)
}

// say says what the screen shows that it did not show before: the line under the cursor where it is another, and new lines.
func (p *plain) say() {
	var now []string
	for _, l := range strings.Split(p.app.View(), "\n") {
		if l = spoken(l); l != "" {
			now = append(now, l)
		}
	}
	for _, l := range now {
		if !slices.Contains(p.said, l) && (strings.HasPrefix(l, chosenMark) || !slices.Contains(p.said, chosenMark+l)) {
			fmt.Fprintln(p.out, l)
		}
	}
	p.said = now
}

// chosenMark stands before the line under the cursor.
const chosenMark = "chosen: "

// spoken returns a line of the frame without what is only drawn.
func spoken(line string) string {
	chosen := strings.Contains(line, "►")
	line = strings.Map(func(r rune) rune {
		if 0x2500 <= r && r <= 0x257f || strings.ContainsRune("■□►◄·", r) {
			return ' '
		}
		return r
	}, line)
	line = strings.Join(strings.Fields(line), " ")
	if chosen && line != "" {
		line = chosenMark + line
	}
	return line
}

// prompt tells what is asked for.
func (p *plain) prompt() string {
	if f := p.field(); f != nil {
		words := f.label
		switch {
		case f.choices != nil:
			words += " (" + strings.Join(f.choices, ", ") + "; now " + f.value() + ")"
		case f.value() != "" && !f.hidden:
			words += " (now " + f.value() + ")"
		}
		return visible(words) + ": "
	}
	return "> "
}

// field returns the field of a form that has the focus, nil where there is none.
func (p *plain) field() *field {
	var seen any = p.app.top()
	if p.app.dialog != nil {
		seen = p.app.dialog
	}
	if form, ok := seen.(interface{ asked() *field }); ok {
		return form.asked()
	}
	return nil
}

// line does what a line says.
func (p *plain) line(text string) {
	typing := p.app.typing()
	f := p.field()
	name, times := text, 1
	if before, n, ok := strings.Cut(text, " "); ok && !typing {
		if count, err := strconv.Atoi(n); err == nil && count > 0 && count <= 1000 {
			name, times = before, count
		}
	}
	msg, isKey := plainKey(name, typing)
	switch {
	case text == "?" && !typing:
		p.help()
	case text == "" && typing:
		p.take(tea.KeyMsg{Type: tea.KeyEnter})
	case text == "":
		p.said = nil // say all of it again
	case isKey:
		for range times {
			p.take(msg)
		}
	case f != nil && f.choices != nil:
		if !f.choose(text) {
			fmt.Fprintln(p.out, "No choice begins like that.")
			return
		}
		p.take(tea.KeyMsg{Type: tea.KeyEnter})
	case typing:
		if f != nil {
			f.input.SetValue("")
		}
		p.take(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
		p.take(tea.KeyMsg{Type: tea.KeyEnter})
	case p.app.dialog != nil:
		fmt.Fprintln(p.out, "Answer with one of the keys that the last line names.")
	default:
		p.command(text)
	}
}

// command runs the command whose name begins with a text, or has it, where there is one alone.
func (p *plain) command(text string) {
	var found []command
	for _, fits := range []func(name, text string) bool{same, strings.HasPrefix, strings.Contains} {
		for _, g := range p.app.commands() {
			for _, c := range g.commands {
				if c.run != nil && fits(strings.ToLower(c.title()), strings.ToLower(text)) {
					found = append(found, c)
				}
			}
		}
		if len(found) > 0 {
			break
		}
	}
	switch len(found) {
	case 0:
		fmt.Fprintln(p.out, "No command is called like that: ? tells them.")
	case 1:
		p.run(found[0].run())
		p.take(nil) // what the command asked for is done
	default:
		fmt.Fprintln(p.out, "Which one?")
		for _, c := range found {
			fmt.Fprintln(p.out, "  "+c.title())
		}
	}
}

func same(a, b string) bool { return a == b }

// help tells every command.
func (p *plain) help() {
	for _, g := range p.app.commands() {
		fmt.Fprintln(p.out, g.title+":")
		for _, c := range g.commands {
			words := "  " + c.title()
			if k := c.key.Help().Key; k != "" {
				words += " (" + k + ")"
			}
			fmt.Fprintln(p.out, words)
		}
	}
}

// plainKey returns the key of a name. While text is typed, letters are none.
func plainKey(name string, typing bool) (tea.KeyMsg, bool) {
	if kind, ok := plainKeys[name]; ok {
		return tea.KeyMsg{Type: kind}, true
	}
	if runes := []rune(name); len(runes) == 1 && !typing {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: runes}, true
	}
	return tea.KeyMsg{}, false
}

var plainKeys = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "up": tea.KeyUp,
	"down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdn": tea.KeyPgDown,
	"space": tea.KeySpace, "ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS}
