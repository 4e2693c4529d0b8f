using System.Buffers.Binary;

namespace MiniCpmDist.Core.Formats;

/// <summary>The fields of a protocol buffer message, one after the other, without its schema.</summary>
internal ref struct ProtocolBuffer(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>True once something was found that is no protocol buffer; nothing more comes then.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The next field; false at the end.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="value">Its value where it is a number.</param>
    /// <param name="content">Its bytes where it is a text or a message.</param>
    public bool Next(out int field, out ulong value, out ReadOnlySpan<byte> content)
    {
        (field, value) = (0, 0);
        content = default;
        if (_rest.IsEmpty || IsBroken || !Varint(out var tag))
            return false;
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0 when Varint(out value):
                return true;
            case 1 when _rest.Length >= sizeof(ulong):
                value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[sizeof(ulong)..];
                return true;
            case 2 when Varint(out var length) && length <= (ulong)_rest.Length:
                content = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            case 5 when _rest.Length >= sizeof(uint):
                value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[sizeof(uint)..];
                return true;
            default:
                IsBroken = true;
                return false;
        }
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (var (at, shift) = (0, 0); at < _rest.Length && shift < 64; at++, shift += 7)
        {
            value |= (ulong)(_rest[at] & 0x7F) << shift;
            if (_rest[at] >= 0x80)
                continue;
            _rest = _rest[(at + 1)..];
            return true;
        }
        IsBroken = true;
        return false;
    }
}
