// Package lock encrypts what is handed over, so that the person can open it with what they have: age (its tools), a ZIP that
// 7-Zip and most others open with a password, an HTML file that decrypts itself in a browser, or a PDF.
//
// Each way is a writer that encrypts as it is written to: the plain bytes go nowhere else. What is encrypted differs each time;
// the plain package within is the same for the same input.
package lock

import (
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/sethvargo/go-diceware/diceware"
)

// passphraseWords is how many words of the EFF's long list of 7776 make a passphrase: 90 bits, which stand on their own even
// where a format stretches them little (ZIP's 1000 rounds).
const passphraseWords = 7

// Passphrase returns a new passphrase: words of small letters with hyphens between them, easy to say on the telephone.
func Passphrase() (string, error) {
	words, err := diceware.Generate(passphraseWords)
	if err != nil {
		return "", fmt.Errorf("no passphrase could be made: %w", err)
	}
	return strings.Join(words, "-"), nil
}

// Recipients reads the recipients of an age file, each such as age1….
func Recipients(keys []string) ([]age.Recipient, error) {
	var all []age.Recipient
	for i, key := range keys {
		if strings.HasPrefix(strings.ToUpper(key), "AGE-SECRET-KEY-") {
			return nil, fmt.Errorf("recipient %d is a secret key, which must not be given away: name the public key, which begins with age1", i+1)
		}
		some, err := age.ParseRecipients(strings.NewReader(key))
		if err != nil || len(some) != 1 {
			return nil, fmt.Errorf("recipient %d cannot be read: name the person's public key, which begins with age1 and is one word", i+1)
		}
		all = append(all, some...)
	}
	return all, nil
}

// AgeTo encrypts for recipients in the format of age. Close completes the file and leaves w open.
func AgeTo(w io.Writer, to []age.Recipient) (io.WriteCloser, error) {
	out, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be encrypted: %w", err)
	}
	return out, nil
}

// ageWork is the logarithm of the work of scrypt. It is less in tests.
var ageWork = 18

// Age encrypts with a passphrase in the format of age. Close completes the file and leaves w open.
func Age(w io.Writer, passphrase string) (io.WriteCloser, error) {
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be encrypted: %w", err)
	}
	to.SetWorkFactor(ageWork)
	return AgeTo(w, []age.Recipient{to})
}
