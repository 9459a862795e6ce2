package estate

import (
	"fmt"
	"strings"
	"time"
)

// websites fills the portals' accounts and forms. They are told by mailbox, in any letters and with plus tags; one account
// in five has an invented name.
func (w *world) websites() {
	accounts := &table{name: "accounts", entity: "accounts", key: []string{"id"},
		columns: append(must(col("id", number), col("uuid", guid), col("email", code, 160), col("created_at", epoch), col("marketing", flag)),
			col("username", code, 60), col("display_name", name, 120), col("phone", code, 30), col("postcode", code, 12),
			col("password_hash", code, 80), col("last_login_at", epoch)),
		indexes: [][]string{{"email"}}}
	forms := &table{name: "forms", entity: "forms", key: []string{"id"},
		columns: append(must(col("id", number), col("submitted_at", code, 30)), col("account_id", number), col("email", code, 160), col("name", name, 120),
			col("subject", name, 120), col("message", memo)),
		foreign: []foreign{{"account_id", "accounts", "id", "SET NULL"}}, indexes: [][]string{{"account_id"}, {"email"}}}
	sessions := &table{name: "sessions", entity: "sessions", key: []string{"token"},
		columns: append(must(col("token", code, 40), col("account_id", number), col("started_at", epoch)), col("ip", code, 45), col("user_agent", name, 200)),
		foreign: []foreign{{"account_id", "accounts", "id", "CASCADE"}}, indexes: [][]string{{"account_id"}}}
	taken := map[string]bool{}
	nextAccount, nextForm := w.numbers(0, "accounts"), w.numbers(0, "forms")
	for _, p := range w.listed() {
		d := w.dice("websites", p)
		joins, writes := d.percent(50) || p.demo, d.one(5)
		f, _ := p.face(d, asks{mail: true, phone: true, past: 20, care: 75, enough: 10})
		if p.demo {
			f = face{given: p.given, family: ascii(p.family), mail: "Theresa.Begum@Example.com"}
			f.classes.add(Transliterated, EmailVariant)
		}
		named, box := f.classes, plainMail(f.mail)
		if joins && box != "" && !taken[box] {
			taken[box] = true
			id, display := nextAccount(), f.given+" "+f.family
			if !p.demo && box == p.mail && !p.classes.has(SharedEmail) && d.one(5) {
				display = pick(d, []string{"torque", "gasket", "camshaft", "turbo", "piston"}) + "_" + d.digits(2)
				f.mail, f.phone, f.classes = p.mail, "", classes{Handle}
			}
			user, _, _ := strings.Cut(box, "@")
			var phone, post any
			if d.one(2) {
				phone = orNull(f.phone)
			}
			if d.one(3) {
				post = p.home.postcode
			}
			created := someEpoch(d, 2009, 2023)
			accounts.add(p, f.classes, id, someGUID(d), f.mail, created, d.one(3), user, display, phone, post, "$2b$12$"+d.digits(40), created+d.between(1, 40_000_000))
			for range d.IntN(3) {
				sessions.add(p, classes{Child}, fmt.Sprintf("%016x%016x", d.Uint64(), d.Uint64()), id, someEpoch(d, 2023, 2024), "192.0.2."+fmt.Sprint(d.between(1, 254)),
					"Mozilla/5.0 (X11; Linux x86_64)")
			}
			if p.demo || d.one(3) {
				text, mentions := w.message(d, p)
				forms.add(p, classes{Child}, nextForm(), rfc3339(d), id, f.mail, nil, "Membership", text).mentions = mentions
			}
		}
		if writes && f.mail != "" {
			text, mentions := w.message(d, p)
			forms.add(p, named, nextForm(), rfc3339(d), nil, f.mail, f.given+" "+f.family, "Careers", text).mentions = mentions
		}
	}
	accounts.add(nil, nil, nextAccount(), someGUID(newDice(0, "probe")), "monitoring@example.com", 1_400_000_000, false, "probe", "Uptime probe", nil, nil, nil, nil)
	w.databases = append(w.databases, &database{system: "websites", name: "websites", tables: []*table{accounts, forms, sessions}, after: websiteTriggers})
}

// message writes what a person sends through a form.
func (w *world) message(d dice, p *person) (string, []*person) {
	if d.one(3) {
		other := w.someoneElse(d, p)
		return "Please send my certificate to " + other.fullName() + " as I am abroad.", []*person{other}
	}
	return pick(d, []string{"How do I log my CPD hours?", "I cannot see my invoice.", "Is the electric vehicle course open to students?"}), nil
}

// plainMail is a mailbox without capitals and plus tag.
func plainMail(mail string) string {
	local, domain, _ := strings.Cut(strings.ToLower(mail), "@")
	local, _, _ = strings.Cut(local, "+")
	if local == "" {
		return ""
	}
	return local + "@" + domain
}

func rfc3339(d dice) string {
	return time.Unix(int64(someEpoch(d, 2016, 2024)), 0).UTC().Format(time.RFC3339)
}

// websiteTriggers sign a user out when the mailbox of the account changes.
var websiteTriggers = map[string][]string{
	"sqlite": {`CREATE TRIGGER accounts_sign_out AFTER UPDATE OF email ON accounts BEGIN DELETE FROM sessions WHERE account_id = OLD.id; END`},
	"mysql": {"CREATE TRIGGER accounts_sign_out AFTER UPDATE ON accounts FOR EACH ROW " +
		"DELETE FROM sessions WHERE account_id = OLD.id AND NOT (OLD.email <=> NEW.email)"},
	"postgres": {`CREATE FUNCTION accounts_sign_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		DELETE FROM sessions WHERE account_id = OLD.id; RETURN NULL; END $$`,
		`CREATE TRIGGER accounts_sign_out AFTER UPDATE OF email ON accounts FOR EACH ROW EXECUTE FUNCTION accounts_sign_out()`},
	"mssql": {`CREATE TRIGGER [accounts_sign_out] ON [accounts] AFTER UPDATE AS BEGIN SET NOCOUNT ON;
		IF UPDATE([email]) DELETE s FROM [sessions] s JOIN deleted d ON d.[id] = s.[account_id]; END`},
}
