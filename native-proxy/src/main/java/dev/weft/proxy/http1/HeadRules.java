package dev.weft.proxy.http1;

/**
 * What a listener makes of the heads of requests before anybody looks at them.
 *
 * @param paths of their paths
 * @param forwarding of what they tell of whence they come
 */
public record HeadRules(PathNormalization paths, Forwarding forwarding) {
    /** For whoever has nothing to tell: paths alone are put into their usual form. */
    public static final HeadRules DEFAULT = new HeadRules(PathNormalization.BASE, Forwarding.NONE);
}
