-- The receiver has gone back to another state, in which they may be shown: whom it hid it is told to hide again.
update {{ delivery }}.kept_persons
set erasure = 'hide'
where erasure = 'hidden'
