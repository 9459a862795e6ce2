package connectors

import (
	"net/url"
	"slices"
	"strings"

	"dossier/internal/secret"
)

// Store is where the journal is kept: requests, decisions, plans and the log. Without it, in a file of the state's folder.
type Store struct {
	URL      string     `toml:"url"`      // postgres://dossier@db01/dossier, without a password
	Password secret.Ref `toml:"password"` // of that database
	Key      secret.Ref `toml:"key"`      // of the journal's master key, without which nothing in it opens; in a file of the folder where it is absent
}

// Log says where entries of the log go beside the journal.
type Log struct {
	Syslog bool `toml:"syslog"` // the syslog of this computer, without their details
}

func (st *Store) check(s *Settings) error {
	if st.URL == "" {
		if !st.Password.IsZero() {
			return s.Problem("store.password", "goes with store.url, the database that it opens")
		}
		return nil
	}
	u, err := url.Parse(st.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.User.Username() == "" || strings.Trim(u.Path, "/") == "" {
		return s.Problem("store.url", `write it like "postgres://dossier@db01/dossier", with the user and the database`)
	}
	_, inside := u.User.Password()
	for name := range u.Query() {
		inside = inside || strings.Contains(strings.ToLower(name), "password")
	}
	if inside {
		return s.Problem("store.url", `holds a password: take it out, write password = "env:…" under [store], `+
			"and change the password, since it has been written to a file")
	}
	for name := range u.Query() {
		if !slices.Contains(storeOptions, name) {
			return s.Problem("store.url", "has the option "+name+", which is none: write "+strings.Join(storeOptions, ", "))
		}
	}
	return nil
}

// storeOptions are the options of Store.URL: those of PostgreSQL's own tools that say which server is reached, how the
// connection is protected, and in which schema the journal is.
var storeOptions = []string{"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "search_path"}
