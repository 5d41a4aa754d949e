using System.Buffers.Binary;
using System.Text;

namespace InfluencerAnalytics.Embedded.Encodings;

/// <summary>Writes stored records into a buffer that grows and is used again. Not safe for concurrent use.</summary>
internal sealed class ByteWriter
{
    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value)
    {
        Reserve(1);
        _buffer[Length++] = value;
    }

    public void Unsigned(ulong value)
    {
        Reserve(VarInt.MaxLength);
        Length += VarInt.Write(_buffer.AsSpan(Length), value);
    }

    public void Signed(long value)
    {
        Reserve(VarInt.MaxLength);
        Length += VarInt.WriteSigned(_buffer.AsSpan(Length), value);
    }

    public void Wide(Int128 value)
    {
        Reserve(16);
        BinaryPrimitives.WriteInt128LittleEndian(_buffer.AsSpan(Length), value);
        Length += 16;
    }

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)count);
        Reserve(count);
        Length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(Length));
        Length += value.Length;
    }

    private void Reserve(int bytes)
    {
        if (Length + bytes > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(Length + bytes, _buffer.Length * 2));
    }
}
