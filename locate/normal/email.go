package normal

import (
	"bytes"

	"dossier/connectors/compare"
)

// Mailbox is an e-mail address.
type Mailbox struct {
	Plain []byte // folded, without a name or "mailto:" around it: "jo.king+news@gmail.com"
	Same  []byte // the mailbox that it is delivered to, as far as the provider's rules tell: "joking@gmail.com"
	Local int    // how many bytes of Same stand before the @
	Role  bool   // read by whoever does a job: info@, office@
}

// LocalPart and Domain return the two halves of Same.
func (m *Mailbox) LocalPart() []byte { return m.Same[:m.Local] }
func (m *Mailbox) Domain() []byte    { return m.Same[m.Local+1:] }

// Mailbox makes an e-mail address ready. A plus tag is dropped wherever it stands, since every large provider delivers such
// mail to the mailbox without it; dots are dropped for Google's alone, which ignores them. Agreement by these rules
// is worth less than that of Plain. It reports false for fillers and text without a mailbox.
func (a *Arena) Mailbox(text []byte) (Mailbox, bool) {
	if open := bytes.IndexByte(text, '<'); open >= 0 {
		if end := bytes.IndexByte(text[open:], '>'); end > 0 {
			text = text[open+1 : open+end]
		}
	}
	plain := a.keep(compare.AppendFold(a.letters, text))
	plain = bytes.TrimPrefix(plain, []byte("mailto:"))
	plain = bytes.Trim(plain, " .,;:'\"")
	at := bytes.LastIndexByte(plain, '@')
	if at <= 0 || bytes.IndexByte(plain[at:], '.') < 0 || bytes.ContainsAny(plain, " \t") {
		return Mailbox{}, false
	}
	local, domain := plain[:at], plain[at+1:]
	if nobody[string(local)] || Filler(local) && len(local) > 1 {
		return Mailbox{}, false
	}
	m := Mailbox{Plain: plain, Role: roles[string(local)]}
	if tag := bytes.IndexByte(local, '+'); tag > 0 {
		local = local[:tag]
	}
	same := a.letters
	google := string(domain) == "gmail.com" || string(domain) == "googlemail.com"
	for _, c := range local {
		if c != '.' || !google {
			same = append(same, c)
		}
	}
	m.Local = len(same) - len(a.letters)
	same = append(same, '@')
	if google {
		same = append(same, "gmail.com"...)
	} else {
		same = append(same, domain...)
	}
	m.Same = a.keep(same)
	return m, true
}

var (
	nobody = set("noreply", "no-reply", "no.reply", "donotreply", "do-not-reply", "do.not.reply", "none", "no", "noemail", "no-email", "no.email", "nomail",
		"noone", "nobody", "na", "unknown", "notknown", "notgiven", "test", "postmaster", "mailer-daemon", "abuse", "null", "invalid")

	roles = set("info", "office", "admin", "administrator", "administration", "enquiries", "enquiry", "inquiries", "contact", "contactus", "accounts", "account", "hr",
		"reception", "sales", "support", "help", "helpdesk", "training", "exams", "exam", "examinations", "centre", "center", "school", "college", "team", "mail",
		"email", "hello", "service", "services", "bookings", "booking", "membership", "members", "secretary", "webmaster", "garage", "workshop", "payroll",
		"finance", "marketing", "manager", "management", "general", "post", "family")
)
