using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    public static Device CUDA => new(DeviceType.CUDA);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    /// <summary>Where a tensor lives: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. An index of -1 is the current
    /// device.</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = TypeNamed(parts[0], description);
            index = parts.Length == 1 ? -1 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        public Device(string deviceType, int index = -1) =>
            (type, this.index) = (TypeNamed(deviceType, deviceType), index);

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        /// <summary>The CUDA device with this index.</summary>
        public Device(int index) => (type, this.index) = (DeviceType.CUDA, index);

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index}";
        }

        private static DeviceType TypeNamed(string name, string description) =>
            Enum.TryParse<DeviceType>(name, ignoreCase: true, out var type)
                ? type
                : throw new ArgumentException($"Expected a device such as cpu, cuda or cuda:1, found '{description}'.");
    }
}
