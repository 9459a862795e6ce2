package tdsdouble

import (
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// allowed answers error 229 when the user may not do this to the table.
func (s *session) allowed(permission string, t *table) error {
	if s.system || t.temp || !s.srv.denies(s.user, permission, t.fullName()) {
		return nil
	}
	return value.Errorf(229, 14, 5, "The %s permission was denied on the object '%s', database '%s', schema '%s'.", permission, t.name, t.db, t.schema)
}

// denies tells whether a permission is withheld from a user, everywhere or on one object.
func (s *Server) denies(user, permission, object string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.denied[strings.ToLower(user)] {
		perm, on, limited := strings.Cut(d, " ON ")
		if strings.EqualFold(perm, permission) && (!limited || strings.EqualFold(on, object)) {
			return true
		}
	}
	return false
}

func (s *Server) mayEnter(user, db string) bool {
	if strings.EqualFold(db, "master") || strings.EqualFold(db, "tempdb") {
		return true
	}
	return !s.denies(user, "CONNECT", db)
}

// grant changes what is withheld: everything is granted until it is denied.
func (s *session) grant(st *tsql.Grant) error {
	if !s.system {
		return value.Errorf(4613, 16, 1, "Grantor does not have GRANT permission.")
	}
	object := ""
	if st.On != nil {
		t := s.securable(*st.On)
		if t == nil {
			return value.Errorf(15151, 16, 1, "Cannot find the object '%s', because it does not exist or you do not have permission.", objectName(*st.On))
		}
		object = t.fullName()
	}
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	for _, user := range st.To {
		user = strings.ToLower(user)
		for _, p := range st.Permissions {
			if object != "" {
				p += " ON " + object
			}
			list := slices.DeleteFunc(s.srv.denied[user], func(d string) bool { return strings.EqualFold(d, p) })
			if st.Verb == "DENY" {
				list = append(list, p)
			}
			s.srv.denied[user] = list
		}
	}
	return nil
}

// hasPerms answers HAS_PERMS_BY_NAME(securable, class, permission) for objects, databases and the server.
func hasPerms(s *session, a []any) (any, error) {
	perm := strings.ToUpper(str(a[2]))
	class := strings.ToUpper(str(a[1]))
	if perm == "ANY" || perm == "" {
		perm = "SELECT"
	}
	held := func(object string) (any, error) {
		return flag(s.system || !s.srv.denies(s.user, perm, object)), nil
	}
	switch class {
	case "DATABASE":
		name := s.db.name
		if a[0] != nil {
			o, ok := s.objectOf(str(a[0]))
			if !ok || s.srv.catalog.database(o.Name) == nil {
				return nil, nil
			}
			name = o.Name
		}
		if perm == "CONNECT" {
			return flag(s.system || s.srv.mayEnter(s.user, name)), nil
		}
		if strings.HasPrefix(perm, "CREATE ") || perm == "CONTROL" {
			perm = "ALTER"
		}
		return held("")
	case "OBJECT":
		o, ok := s.objectOf(str(a[0]))
		if !ok {
			return nil, nil
		}
		t := s.securable(o)
		if t == nil {
			return nil, nil
		}
		if perm == "CONTROL" {
			perm = "ALTER"
		}
		return held(t.fullName())
	case "", "SERVER":
		if a[0] == nil {
			return held("")
		}
	}
	return nil, value.Unsupported("HAS_PERMS_BY_NAME of class %s", class)
}

// securable finds the table or view that a permission is asked for, nil when there is none.
func (s *session) securable(o tsql.Object) *table {
	if t, err := s.resolve(o); err == nil {
		return t
	}
	if v, _, err := s.newBinder().userView(o); v != nil && (err == nil || serverError(err).Number == 229) {
		return v.shape
	}
	return nil
}

func hasDBAccess(s *session, a []any) (any, error) {
	d := s.srv.catalog.database(str(a[0]))
	if d == nil {
		return nil, nil
	}
	return flag(s.mayEnter(d) == nil), nil
}

// isMember knows the fixed roles that follow from what is denied.
func isMember(s *session, a []any) (any, error) {
	free := func(perms ...string) bool {
		for _, p := range perms {
			if !s.system && s.srv.denies(s.user, p, "") {
				return false
			}
		}
		return true
	}
	switch strings.ToLower(str(a[0])) {
	case "public":
		return int64(1), nil
	case "db_datareader":
		return flag(free("SELECT")), nil
	case "db_datawriter":
		return flag(free("INSERT", "UPDATE", "DELETE")), nil
	case "db_owner", "db_ddladmin":
		return flag(free("SELECT", "INSERT", "UPDATE", "DELETE", "ALTER")), nil
	case "sysadmin":
		return int64(0), nil
	}
	return nil, nil
}
