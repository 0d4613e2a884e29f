//go:build !unix

package process

func groupMembers(int) bool { return false }
