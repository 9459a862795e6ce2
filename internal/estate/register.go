package estate

import (
	"cmp"
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"text/template"
)

//go:embed data/register.toml.tmpl
var registerText string

// membersFields are the fields of both sheets of the members' export.
const membersFields = `"Membership No" = { is = "membership_number", category = "user.unique_id" }
"First name"    = { is = "given_name", category = "user.name" }
"Surname"       = { is = "family_name", category = "user.name" }
"Date of birth" = { is = "birth_date", category = "user.demographic.date_of_birth" }
"E-mail"        = { is = "email", category = "user.contact.email" }
"Telephone"     = { is = "phone", category = "user.contact.phone_number" }
"Postcode"      = { is = "postcode", category = "user.contact.address.postal_code" }
"Fee"           = { category = "user.financial" }
`

// register writes connectors.toml.
func (w *world) register(o Options) (string, error) {
	funcs := template.FuncMap{
		"connection": func(system string) (string, error) { return w.connection(o, system) },
		"where":      w.where,
		"members":    func() string { return membersFields },
	}
	t, err := template.New("connectors.toml").Funcs(funcs).Parse(registerText)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, nil)
	return b.String(), err
}

// PasswordVariable is the environment variable that the register names for servers whose URL has a password.
const PasswordVariable = "DOSSIER_DEMO_PASSWORD"

// connection writes the lines that say what kind a system is and where it stands.
func (w *world) connection(o Options, system string) (string, error) {
	switch {
	case system == "fileshare":
		return keys("kind", "sheet") + "\n" + `files      = ["fileshare/**/*.xls?"]`, nil
	case system == "mailing-lists":
		return keys("kind", "sheet") + "\n" + `files      = ["mailing-lists/*.csv", "mailing-lists/*.tsv"]`, nil
	case system == "legacy":
		return keys("kind", "access") + "\n" + fmt.Sprintf("files      = [%q]", "legacy/"+legacyName), nil
	}
	name, server := w.databaseName(system), o.Servers[system]
	if server == "" {
		return keys("kind", "sqlite") + "\n" + fmt.Sprintf("files      = [%q]", "databases/"+name+".db"), nil
	}
	name = o.Prefix + name
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("the address of the server for %s is no URL", system)
	}
	kind := map[string]string{"mysql": "mysql", "postgres": "postgres", "postgresql": "postgres", "sqlserver": "mssql"}[u.Scheme]
	_, secret := u.User.Password()
	u.User = url.User(u.User.Username())
	if socket := u.Query().Get("socket"); socket != "" { // the one option of an address that the register knows
		u.RawQuery = url.Values{"socket": {socket}}.Encode()
	} else {
		u.RawQuery = ""
	}
	several := strings.Contains(name, "*")
	if !several {
		u.Path = "/" + name
	}
	lines := keys("kind", kind, "address", u.String())
	if secret {
		lines += "\n" + keys("password", "env:"+PasswordVariable)
	}
	if several {
		lines += "\n" + fmt.Sprintf("databases  = [%q]", name)
	}
	return lines, nil
}

// databaseName returns the name of a system's database, or the pattern of several.
func (w *world) databaseName(system string) string {
	var names []string
	for _, db := range w.databases {
		if db.system == system {
			names = append(names, db.name)
		}
	}
	if len(names) > 1 {
		return "centre_*"
	}
	return names[0]
}

// where writes which file, and which sheet of it, holds an entity.
func (w *world) where(entity string) (string, error) {
	for _, b := range w.books {
		for _, s := range b.sheets {
			if s.entity == entity {
				return fmt.Sprintf("files = [%q]\nsheet = %q", b.place(), cmp.Or(s.pattern, s.name)), nil
			}
		}
	}
	for _, l := range w.lists {
		if l.entity == entity {
			return fmt.Sprintf("files = [%q]", l.place()), nil
		}
	}
	return "", fmt.Errorf("estate: no file holds %s", entity)
}

// keys writes lines of name = "value".
func keys(pairs ...string) string {
	var lines []string
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, fmt.Sprintf("%-10s = %q", pairs[i], pairs[i+1]))
	}
	return strings.Join(lines, "\n")
}
