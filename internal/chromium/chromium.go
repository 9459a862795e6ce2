// Package chromium drives a Chromium without a window through the pipe of its developer tools
// (https://chromedevtools.github.io/devtools-protocol/), for tests of what people open in a browser.
package chromium

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Browser is a running Chromium with one page. It is used from one goroutine.
type Browser struct {
	cmd      *exec.Cmd
	to       io.WriteCloser
	from     *bufio.Reader
	pipe     *os.File
	session  string
	last     int
	events   []message
	Requests []string // the addresses that pages asked for, in order
}

// patience is how long the browser may be silent before it is given up, so that no test waits for ever.
const patience = 3 * time.Minute

type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Find returns the path of a Chromium or Chrome of this machine.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("chromium is not installed: scripts/needs installs it")
}

// Start starts the browser at path with an empty profile in dir, where it also keeps what it downloads.
func Start(path, dir string) (*Browser, error) {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-pings", "--disable-default-apps",
		"--remote-debugging-pipe", "--user-data-dir="+dir, "--window-size=1200,1600", "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	theirIn.Close()
	theirOut.Close()
	b := &Browser{cmd: cmd, to: ourOut, from: bufio.NewReaderSize(ourIn, 1<<20), pipe: ourIn}
	if err := b.attach(dir); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Browser) attach(dir string) error {
	var target struct{ TargetID string }
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var session struct{ SessionID string }
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return err
	}
	if err := b.call("Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": dir, "eventsEnabled": true}, nil); err != nil {
		return err
	}
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network"} {
		if err := b.call(domain+".enable", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the browser and what it has started, and waits until it has let go of its folder.
func (b *Browser) Close() error {
	b.session = ""
	_ = b.call("Browser.close", nil, nil) // where it cannot, it is killed
	end := time.AfterFunc(patience, func() { _ = b.cmd.Process.Kill() })
	defer end.Stop()
	_ = b.cmd.Wait() // how it ends tells nothing
	return errors.Join(b.to.Close(), b.pipe.Close())
}

// call sends a command and waits for its answer. Events that arrive before it are kept.
func (b *Browser) call(method string, params, result any) error {
	b.last++
	request := map[string]any{"id": b.last, "method": method}
	if params != nil {
		request["params"] = params
	}
	if b.session != "" {
		request["sessionId"] = b.session
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(raw, 0)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	for {
		m, err := b.read()
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", method, err)
		case m.ID == 0:
			b.events = append(b.events, m)
		case m.ID != b.last: // the answer to nobody
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		case result != nil:
			return json.Unmarshal(m.Result, result)
		default:
			return nil
		}
	}
}

func (b *Browser) read() (message, error) {
	if err := b.pipe.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return message{}, err
	}
	raw, err := b.from.ReadBytes(0)
	if err != nil {
		return message{}, fmt.Errorf("chromium has ended or answers no more: %w", err)
	}
	var m message
	if err := json.Unmarshal(bytes.TrimSuffix(raw, []byte{0}), &m); err != nil {
		return message{}, err
	}
	if m.Method == "Network.requestWillBeSent" {
		var sent struct{ Request struct{ URL string } }
		if err := json.Unmarshal(m.Params, &sent); err != nil {
			return message{}, err
		}
		b.Requests = append(b.Requests, sent.Request.URL)
	}
	return m, nil
}

// await waits for an event that is right.
func (b *Browser) await(method string, right func(json.RawMessage) bool) error {
	for {
		for i, m := range b.events {
			if m.Method == method && right(m.Params) {
				b.events = b.events[i+1:]
				return nil
			}
		}
		b.events = b.events[:0]
		m, err := b.read()
		if err != nil {
			return err
		}
		b.events = append(b.events, m)
	}
}

// Go opens an address and waits until it is loaded.
func (b *Browser) Go(url string) error {
	b.events = b.events[:0]
	if err := b.call("Page.navigate", map[string]any{"url": url}, nil); err != nil {
		return err
	}
	return b.await("Page.loadEventFired", func(json.RawMessage) bool { return true })
}

// Eval evaluates an expression in the page, waits for the promise that it may be, and decodes its value into out, which may be nil.
func (b *Browser) Eval(expression string, out any) error {
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if err := b.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &answer); err != nil {
		return err
	}
	if e := answer.ExceptionDetails; e != nil {
		return fmt.Errorf("the page's script: %s %s", e.Text, e.Exception.Description)
	}
	if out == nil || answer.Result.Value == nil {
		return nil
	}
	return json.Unmarshal(answer.Result.Value, out)
}

// Downloaded waits until a download has ended.
func (b *Browser) Downloaded() error {
	return b.await("Browser.downloadProgress", func(params json.RawMessage) bool {
		var progress struct{ State string }
		return json.Unmarshal(params, &progress) == nil && progress.State != "inProgress"
	})
}

// Dark shows pages as people see them who want dark colours.
func (b *Browser) Dark(on bool) error {
	scheme := "light"
	if on {
		scheme = "dark"
	}
	return b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Picture returns the page as a PNG.
func (b *Browser) Picture() ([]byte, error) {
	var shot struct{ Data string }
	if err := b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": false}, &shot); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(shot.Data)
}
