package dev.weft.contract;

/** The stories that every HTTP client in the mesh must pass, on its oldest and its newest version. */
public abstract class HttpClientContract {
    /** The client that these stories are told about. */
    protected abstract ClientUnderTest client();
}
