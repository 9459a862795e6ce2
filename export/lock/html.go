package lock

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

//go:embed page.html.tmpl
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

const (
	// MaxHTML is how large a package may be that becomes one HTML file: a browser holds all of it several times over.
	MaxHTML = 50 << 20

	htmlPart = 1 << 20 // bytes that are encrypted as one
)

// htmlRounds are the rounds of PBKDF2-HMAC-SHA-256, as many as OWASP advises. They are fewer in tests that open no page.
var htmlRounds = 600_000

// ErrTooLarge says that a package is larger than an HTML file may be.
var ErrTooLarge = errors.New("the package is too large for one file of this kind, which takes 50 MB: lock it as a ZIP or with age")

// Page is what an encrypted HTML file shows before it is opened, to anybody, and how it shows its content afterwards.
type Page struct {
	Title        string // names the request, never the person
	Organisation string
	Contact      string
	File         string // the name under which the package is saved
	First        string // the file of the package that is shown when it was opened: an HTML file without scripts
	Style        string // the style of that file; the page uses it as well
}

// HTML returns a writer for a package, a ZIP of at most MaxHTML bytes, which becomes an HTML file that decrypts itself in a
// browser: AES-256-GCM under a key that PBKDF2-HMAC-SHA-256 derives from the passphrase. The parts of the package are numbered and
// the last is marked in their nonces, so that none can be left out or moved. The file loads nothing and sends nothing,
// which its policy holds the browser to. Close completes the file and leaves w open.
func HTML(w io.Writer, page Page, passphrase string) (io.WriteCloser, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	gcm, err := pageCipher(passphrase, salt, htmlRounds)
	if err != nil {
		return nil, fmt.Errorf("the HTML file cannot be encrypted: %w", err)
	}
	var head strings.Builder
	if err := pageHead(&head, page); err != nil {
		return nil, err
	}
	out := &htmlWriter{w: w, gcm: gcm, page: page, salt: salt}
	_, err = io.WriteString(w, head.String())
	return out, err
}

// pageCipher returns what the parts of a page are encrypted with.
func pageCipher(passphrase string, salt []byte, rounds int) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha256.New, spoken(passphrase), salt, rounds, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// pageHead writes what stands before the parts of a page.
func pageHead(w io.Writer, page Page) error {
	return pageTemplate.Execute(w, struct {
		Page
		Policy           string
		Style, PageStyle template.CSS
	}{page, pagePolicy(page.Style), template.CSS(page.Style), template.CSS(pageStyle)})
}

// pagePolicy lets the page run its script and show its styles, by their sums, and nothing else.
func pagePolicy(style string) string {
	sum := func(text string) string {
		s := sha256.Sum256([]byte(text))
		return " 'sha256-" + base64.StdEncoding.EncodeToString(s[:]) + "'"
	}
	return "default-src 'none'; script-src" + sum(pageScript) + "; style-src" + sum(style) + sum(pageStyle) + "; base-uri 'none'; form-action 'none'"
}

var betweenWords = regexp.MustCompile(`[\s\-\x{2010}-\x{2015}]+`)

// spoken returns the words of a passphrase as the page's script takes them: however they are written and whatever stands between.
func spoken(passphrase string) string {
	return betweenWords.ReplaceAllString(strings.ToLower(strings.TrimSpace(norm.NFKC.String(passphrase))), "-")
}

type htmlWriter struct {
	w     io.Writer
	gcm   cipher.AEAD
	page  Page
	salt  []byte
	plain []byte // of the part that is being filled
	parts uint64
	size  int
	spoil error
}

func (h *htmlWriter) Write(p []byte) (int, error) {
	if h.size+len(p) > MaxHTML {
		h.spoil = ErrTooLarge
	}
	if h.spoil != nil {
		return 0, h.spoil
	}
	h.size += len(p)
	for rest := p; len(rest) > 0; {
		if len(h.plain) == htmlPart {
			if err := h.part(false); err != nil {
				return 0, err
			}
		}
		n := min(htmlPart-len(h.plain), len(rest))
		h.plain = append(h.plain, rest[:n]...)
		rest = rest[n:]
	}
	return len(p), nil
}

// pageNonce is the nonce of a part: its number, from 0, in eleven bytes, and 1 for the last, else 0.
func pageNonce(number uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], number)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// part encrypts and writes a part.
func (h *htmlWriter) part(last bool) error {
	sealed := h.gcm.Seal(nil, pageNonce(h.parts, last), h.plain, nil)
	h.parts, h.plain = h.parts+1, h.plain[:0]
	_, err := fmt.Fprintf(h.w, "<script type=\"application/octet-stream\" class=\"part\">%s</script>\n", base64.StdEncoding.EncodeToString(sealed))
	h.spoil = err
	return err
}

// Close writes the last part, and the script.
func (h *htmlWriter) Close() error {
	if h.spoil != nil {
		return h.spoil
	}
	if err := h.part(true); err != nil {
		return err
	}
	seal, err := json.Marshal(map[string]any{"salt": h.salt, "rounds": htmlRounds, "parts": h.parts, "file": h.page.File, "first": h.page.First})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(h.w, "<script type=\"application/json\" id=\"seal\">%s</script>\n<script>%s</script>\n</body>\n</html>\n", seal, pageScript)
	return err
}
