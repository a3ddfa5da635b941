namespace Ringway.Simulator.Handsets;

/// <summary>G.711 mu-law, ITU-T G.711: 14 bits of linear sound in 8.</summary>
public static class MuLaw
{
    private const int Bias = 0x84, Clip = 32635;

    public static byte Encode(short sample)
    {
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs((int)sample), Clip) + Bias;
        var exponent = int.Log2(magnitude) - 7;
        return (byte)~(sign | exponent << 4 | (magnitude >> (exponent + 3) & 0x0F));
    }

    public static short Decode(byte code)
    {
        var value = (byte)~code;
        var magnitude = (((value & 0x0F) << 3) + Bias << (value >> 4 & 0x07)) - Bias;
        return (short)((value & 0x80) != 0 ? -magnitude : magnitude);
    }
}
