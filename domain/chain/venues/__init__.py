"""The venues the decoder knows: one small file each, one row each in ``registry``."""
