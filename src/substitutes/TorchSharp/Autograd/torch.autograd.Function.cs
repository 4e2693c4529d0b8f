namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>
        /// A function with a derivative of its own. There is one instance per type: what belongs to a call goes into
        /// the context. Derive from <see cref="SingleTensorFunction{T}"/> or <see cref="MultiTensorFunction{T}"/>.
        /// </summary>
        public abstract class Function<T> : IFunction where T : Function<T>, new()
        {
            private static readonly T s_instance = new();

            private protected Function() { }

            /// <summary>For people who read error messages.</summary>
            public abstract string Name { get; }

            /// <summary>Runs forward without recording, then hangs a node into the graph where a gradient is
            /// wanted.</summary>
            public static List<Tensor> apply_internal(params object[] vars) => FunctionCall.Apply(s_instance, vars);

            List<Tensor> IFunction.Forward(AutogradContext context, object[] arguments) => Run(context, arguments);

            List<Tensor> IFunction.Backward(AutogradContext context, List<Tensor> grads) => RunBack(context, grads);

            private protected abstract List<Tensor> Run(AutogradContext context, object[] arguments);

            private protected abstract List<Tensor> RunBack(AutogradContext context, List<Tensor> grads);
        }

        /// <summary>A custom function of one result.</summary>
        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            /// <summary>Computes the result. Runs without recording; what it makes besides the result is
            /// disposed.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient per argument of forward, null for those that have none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            private protected sealed override List<Tensor> Run(AutogradContext context, object[] arguments) =>
                [forward(context, arguments)];

            private protected sealed override List<Tensor> RunBack(AutogradContext context, List<Tensor> grads) =>
                backward(context, grads[0]);
        }

        /// <summary>A custom function of several results.</summary>
        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            /// <inheritdoc cref="SingleTensorFunction{T}.forward"/>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <inheritdoc cref="SingleTensorFunction{T}.backward"/>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            private protected sealed override List<Tensor> Run(AutogradContext context, object[] arguments) =>
                forward(context, arguments);

            private protected sealed override List<Tensor> RunBack(AutogradContext context, List<Tensor> grads) =>
                backward(context, grads);
        }

        /// <summary>A custom function without its type parameter.</summary>
        internal interface IFunction
        {
            List<Tensor> Forward(AutogradContext context, object[] arguments);

            List<Tensor> Backward(AutogradContext context, List<Tensor> grads);
        }
    }
}
