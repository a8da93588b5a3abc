package dev.weft.engine.call;

/** What makes one call like another: the same hash, the same choice. Worked out when it is first asked for. */
public interface CallHash {
    /** No rule says what makes calls alike. */
    CallHash NONE = new CallHash() {
        @Override
        public boolean hashed() {
            return false;
        }

        @Override
        public long hash() {
            return 0;
        }
    };

    /** Whether the call has what a rule hashes; without it, chance decides. */
    boolean hashed();

    /** 64 bits; meaningless where there is none. */
    long hash();
}
