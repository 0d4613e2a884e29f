package servertest

import (
	"os"
	"os/user"
	"strconv"
)

// account is a user that a server runs as.
type account struct {
	Name, Group string
	uid, gid    int
}

// unprivileged lets the server run as the user of the tests or, where that is
// root, as nobody: many refuse to run as root.
func (d *daemon) unprivileged() {
	d.t.Helper()
	if os.Getuid() != 0 {
		d.is(user.Current())
		return
	}
	d.is(user.Lookup("nobody"))
	// A change of user takes back the signal that ends it with the tests.
	d.prefix = []string{
		program(d.t, "setpriv", "util-linux"), "--reuid", strconv.Itoa(d.as.uid), "--regid", strconv.Itoa(d.as.gid),
		"--clear-groups", "--pdeathsig", "TERM", "--",
	}
}

// is says who the server runs as, and to whom its files belong.
func (d *daemon) is(u *user.User, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("look up the user to run servers as: %v", err)
	}
	group, err := user.LookupGroupId(u.Gid)
	if err != nil {
		d.t.Fatalf("look up the group to run servers as: %v", err)
	}
	d.as = account{Name: u.Username, Group: group.Name}
	if d.as.uid, err = strconv.Atoi(u.Uid); err == nil {
		d.as.gid, err = strconv.Atoi(u.Gid)
	}
	if err != nil {
		d.t.Skipf("users have no numbers here: %v", err)
	}
}

// own gives a file to the server.
func (d *daemon) own(name string) {
	d.t.Helper()
	if err := os.Chown(name, d.as.uid, d.as.gid); err != nil {
		d.t.Fatal(err)
	}
}

// privileged lets the server run as the user of the tests.
func (d *daemon) privileged() { d.prefix = nil }
