namespace Ringway.Calls;

/// <summary>What a caller who waits is told. Never a promise: the minutes are what others have waited.</summary>
/// <param name="Place">Her place among those who wait; null: it is not told.</param>
/// <param name="Minutes">About how long the wait will be; null: it is not told, or nothing is known.</param>
/// <param name="Words">Something of the operator's own is said.</param>
/// <param name="CallBackKey">The key by which she may ask to be called back; null: there is none.</param>
public readonly record struct WaitNotice(int? Place = null, int? Minutes = null, bool Words = false, char? CallBackKey = null)
{
    public bool IsEmpty => this == default;
}
