package lock

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
)

const (
	maxPage   = MaxHTML/3*4 + 4<<20 // bytes that a page may have
	maxRounds = 10_000_000          // of PBKDF2, that a page may ask for
)

var (
	pagePart = regexp.MustCompile(`(?m)^<script type="application/octet-stream" class="part">([A-Za-z0-9+/=]*)</script>\n`)
	pageSeal = regexp.MustCompile(`^<script type="application/json" id="seal">(\{[^<]*\})</script>\n`)
	pageSays = regexp.MustCompile(`(?s)<title>([^<]*)</title>\n<style>(.*?)</style>.*<p>([^<]*?) sent you this file\.[^<]*?(?: If you do not have it, ask ([^<]*)\.)?</p>\n<form`)
)

// OpenHTML returns the package in what HTML wrote. The error wraps ErrForeign where the page around it is not as HTML writes one, with
// this style for the file that it shows: a page that was changed could give the passphrase away to others.
func OpenHTML(r io.ReaderAt, size int64, passphrase, style string) (io.ReaderAt, int64, error) {
	if size > maxPage {
		return nil, 0, ErrTooLarge
	}
	b := make([]byte, size)
	if _, err := r.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	parts := pagePart.FindAllSubmatchIndex(b, -1)
	if len(parts) == 0 {
		return nil, 0, ErrForeign
	}
	at := parts[0][0]
	for _, p := range parts {
		if p[0] != at {
			return nil, 0, ErrForeign
		}
		at = p[1]
	}
	m := pageSeal.FindSubmatch(b[at:])
	if m == nil {
		return nil, 0, ErrForeign
	}
	var seal struct {
		Salt   []byte `json:"salt"`
		Rounds int    `json:"rounds"`
		Parts  int    `json:"parts"`
		File   string `json:"file"`
		First  string `json:"first"`
	}
	if json.Unmarshal(m[1], &seal) != nil || seal.Parts != len(parts) || seal.Rounds < 1 || seal.Rounds > maxRounds {
		return nil, 0, ErrForeign
	}
	if string(b[at+len(m[0]):]) != fmt.Sprintf("<script>%s</script>\n</body>\n</html>\n", pageScript) || !pageBegins(b[:parts[0][0]], style) {
		return nil, 0, ErrForeign
	}
	gcm, err := pageCipher(passphrase, seal.Salt, seal.Rounds)
	if err != nil {
		return nil, 0, fmt.Errorf("the passphrase cannot be used: %w", err)
	}
	var plain []byte
	for i, p := range parts {
		sealed, err := base64.StdEncoding.DecodeString(string(b[p[2]:p[3]]))
		if err == nil {
			plain, err = gcm.Open(plain, pageNonce(uint64(i), i == len(parts)-1), sealed, nil)
		}
		switch {
		case err != nil && i == 0:
			return nil, 0, errWrong
		case err != nil:
			return nil, 0, errors.New("the file is damaged: a part of it cannot be decrypted")
		}
	}
	return bytes.NewReader(plain), int64(len(plain)), nil
}

// pageBegins reports whether a page begins as HTML begins one, whatever it is called and whoever sends it.
func pageBegins(b []byte, style string) bool {
	m := pageSays.FindSubmatch(b)
	if m == nil || string(m[2]) != style {
		return false
	}
	page := Page{Title: html.UnescapeString(string(m[1])), Organisation: html.UnescapeString(string(m[3])), Contact: html.UnescapeString(string(m[4])), Style: style}
	var want strings.Builder
	return pageHead(&want, page) == nil && want.String() == string(b)
}
