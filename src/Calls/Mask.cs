namespace Ringway.Calls;

/// <summary>A text in which <c>*</c> stands for anything, also nothing, and <c>?</c> for one character. Case counts.</summary>
public readonly record struct Mask(string Text)
{
    public bool Fits(string text)
    {
        // After a mismatch the last star takes one character more; that is enough, since an earlier star could only have taken what this one can.
        int at = 0, read = 0, star = -1, resume = 0;
        while (read < text.Length)
        {
            if (at < Text.Length && Text[at] == '*')
                (star, resume) = (at++, read);
            else if (at < Text.Length && (Text[at] == '?' || Text[at] == text[read]))
                (at, read) = (at + 1, read + 1);
            else if (star >= 0)
                (at, read) = (star + 1, ++resume);
            else
                return false;
        }

        return Text.AsSpan(at).TrimStart('*').IsEmpty;
    }

    public override string ToString() => Text;
}
