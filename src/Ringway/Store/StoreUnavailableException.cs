namespace Ringway.Store;

/// <summary>The store cannot be opened at the start; the message says which and why, without its password.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
