package desk

import (
	"cmp"
	"context"

	"dossier/export"
)

// CheckPackage checks a package that was handed over or kept, whoever wrote it, and logs that it was checked: under the key of a log, or
// where it is empty under this journal's. The passphrase is that of a package that age has locked, "" for none.
func (d *Desk) CheckPackage(ctx context.Context, path, key, passphrase string) (export.Report, error) {
	if err := d.known(ctx); err != nil {
		return export.Report{}, err
	}
	var ask func() (string, error)
	if passphrase != "" {
		ask = func() (string, error) { return passphrase, nil }
	}
	r, err := export.Verify(ctx, path, cmp.Or(key, d.journal.LogKey()), ask)
	if err != nil {
		return r, err
	}
	return r, d.note(ctx, "", "", "package verified", struct {
		Problems int `json:"problems"`
		Files    int `json:"files"`
	}{len(r.Problems), r.Files})
}

// CheckCertificate checks the file of a certificate under the key of a log, or where it is empty under this journal's, and returns it
// with what the check does not tell.
func (d *Desk) CheckCertificate(ctx context.Context, path, key string) (export.Certificate, string, error) {
	if err := d.known(ctx); err != nil {
		return export.Certificate{}, "", err
	}
	return VerifyCertificate(path, cmp.Or(key, d.journal.LogKey()))
}

// CheckProof checks a proof in a file under the key of a log, or where it is empty under this journal's, and returns the entry that it
// proves.
func (d *Desk) CheckProof(ctx context.Context, path, key string) (Entry, error) {
	if err := d.known(ctx); err != nil {
		return Entry{}, err
	}
	return VerifyProof(path, cmp.Or(key, d.journal.LogKey()))
}
