package journal

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestShares(t *testing.T) {
	for magic, share := range map[uint32]bool{
		unix.NFS_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true, unix.FUSE_SUPER_MAGIC: true,
		unix.EXT4_SUPER_MAGIC: false, unix.BTRFS_SUPER_MAGIC: false, unix.XFS_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false, unix.OVERLAYFS_SUPER_MAGIC: false,
	} {
		if got := shareOf(magic); (got != "") != share {
			t.Errorf("%#x: %q", magic, got)
		}
	}
}
