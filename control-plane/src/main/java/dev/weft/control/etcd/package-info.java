/** The store that replicas share, in etcd: its API of version 3, spoken as far as it is needed. */
@NullMarked
package dev.weft.control.etcd;

import org.jspecify.annotations.NullMarked;
